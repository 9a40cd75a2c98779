"""`autograd.special`."""

ROWS: list = []
