"""The tests, which mirror the packages. `optable` holds one row per op."""
