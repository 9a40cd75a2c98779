"""`autograd.linalg`."""

ROWS: list = []
