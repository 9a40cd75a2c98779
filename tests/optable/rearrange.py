"""Ops that put entries elsewhere in a new array: diagonals, rolls, flips, tiles, padding."""

ROWS: list = []
