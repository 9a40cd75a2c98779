"""Ops that are constant between jumps, rounding and its kin, and remainders."""

from __future__ import annotations

__all__: list[str] = []
