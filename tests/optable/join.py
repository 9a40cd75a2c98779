"""Several arrays into one, and one into several."""

ROWS: list = []
