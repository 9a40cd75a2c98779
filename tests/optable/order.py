"""Ops that sort or rank: a gradient goes where each entry came from."""

ROWS: list = []
