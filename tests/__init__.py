"""The tests, which mirror the packages. `optable.py` holds one row per op."""
