"""Sliding products, and interpolation."""

ROWS: list = []
