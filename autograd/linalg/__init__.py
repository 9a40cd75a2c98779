"""Linear algebra, under the names of `numpy.linalg`. Loaded when it is first used."""
