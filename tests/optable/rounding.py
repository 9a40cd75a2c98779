"""Ops that are constant between jumps, rounding and its kin, and remainders."""

ROWS: list = []
