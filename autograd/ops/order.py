"""Ops that sort or rank: a gradient goes where each entry came from."""

from __future__ import annotations

__all__: list[str] = []
