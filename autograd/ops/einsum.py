"""Products of any number of arrays, by subscripts."""

from __future__ import annotations

__all__: list[str] = []
