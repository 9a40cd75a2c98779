"""Products of any number of arrays, by subscripts."""

ROWS: list = []
