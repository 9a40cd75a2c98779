"""Several arrays into one, and one into several."""

from __future__ import annotations

__all__: list[str] = []
