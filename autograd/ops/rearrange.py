"""Ops that put entries elsewhere in a new array: diagonals, rolls, flips, tiles, padding."""

from __future__ import annotations

__all__: list[str] = []
