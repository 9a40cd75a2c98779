"""Running sums and products, differences, and integrals by them."""

from __future__ import annotations

__all__: list[str] = []
