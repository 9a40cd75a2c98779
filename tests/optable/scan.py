"""Running sums and products, differences, and integrals by them."""

ROWS: list = []
