"""Editing in place: what `x += y` and `x[i] = y` do to a Tensor.

Where nothing is recorded, the memory is edited and stamped, so that a graph that saved it will refuse to use it. Where
something is, the Tensor takes on a new value and node, and earlier uses of it keep the old ones: an edit is then as
differentiable as any op. A leaf that requires grad is edited only inside `no_grad`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from autograd import ops
from autograd.edits import edited
from autograd.face import ArrayFace
from autograd.graph import Leaf, Traced
from autograd.ops.index import plain, setitem
from autograd.record import operand, values_of
from autograd.rules import REGISTRY
from autograd.scope import is_grad_enabled, no_grad

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.tensor import Tensor


class Editable(ArrayFace):
    """An array that can be edited in place without ever making a gradient silently wrong."""

    __slots__ = ()

    def _hold(self, value: Any) -> None:
        """Take a new value in the place of the old one."""
        self.value = value
        if isinstance(self.node, Leaf):
            self.node.value = value
        edited(value)

    def __iadd__(self, y: Any) -> Self:  # type: ignore[misc, override]
        return self._edit(ops.add, np.add, y)

    def __isub__(self, y: Any) -> Self:  # type: ignore[misc, override]
        return self._edit(ops.subtract, np.subtract, y)

    def __imul__(self, y: Any) -> Self:  # type: ignore[misc, override]
        return self._edit(ops.multiply, np.multiply, y)

    def __itruediv__(self, y: Any) -> Self:  # type: ignore[misc, override]
        return self._edit(ops.divide, np.divide, y)

    def __ipow__(self, y: Any) -> Self:  # type: ignore[misc, override]
        return self._edit(ops.power, np.power, y)

    def __setitem__(self, index: Any, y: Any) -> None:
        if self._is_recorded_edit("x[index] = y", y):
            self._check_dtype(getattr(y, "dtype", self.dtype), "setitem")
            self._become(setitem(self, index, y))
        elif self.ndim:
            _, self.value[plain(index)] = operand(y, REGISTRY["setitem"])
            edited(self.value)
        else:
            self._hold(setitem(self.value, index, values_of(y)).value)

    def _edit(self, op: Callable[..., Tensor], ufunc: np.ufunc, y: Any) -> Self:
        if self._is_recorded_edit(f"{ufunc.__name__} in place", y):
            self._become(op(self, y))
            return self
        with no_grad():
            out = op(self, y)
        self._check_fits(out, ufunc.__name__)
        if self.ndim:
            self.value[...] = out.value
            edited(self.value)
        else:
            self._hold(self.dtype.type(out.value))
        return self

    def _is_recorded_edit(self, what: str, y: Any) -> bool:
        """Whether an edit must be recorded rather than made in memory. Raises where it could do neither rightly."""
        traced = isinstance(y, Traced) and y.node is not None
        if not is_grad_enabled() or (self.node is None and not traced):
            return False
        if isinstance(self.node, Leaf):
            raise RuntimeError(
                f"{what}: a leaf that requires grad cannot be edited while recording, for its gradient would belong to "
                "neither value; edit inside `with no_grad():`, or write x = x + y"
            )
        if self._is_view():
            raise RuntimeError(
                f"{what}: this Tensor is a view, and a recorded edit would not reach the one whose memory it shares; "
                "edit that one by x[index] = y, or edit x.copy()"
            )
        return True

    def _is_view(self) -> bool:
        if getattr(self.value, "base", None) is None:
            return False
        if self.node is None:
            return True
        index = self.node.op.parameters(self.node).get("index", ())  # one with arrays in it copies
        return self.node.op.views and not any(isinstance(part, np.ndarray) for part in index)

    def _become(self, out: Tensor) -> None:
        """Take the value and node of a new result: earlier uses of this Tensor keep the old ones."""
        self._check_fits(out, out.node.op.name if out.node is not None else "edit")
        if out.dtype != self.dtype:
            out = ops.astype(out, self.dtype)
        self.value, self.node = out.value, out.node

    def _check_fits(self, out: Tensor, what: str) -> None:
        if out.shape != self.shape:
            raise ValueError(f"{what} in place: a result of shape {out.shape} does not fit into {self.shape}")
        self._check_dtype(out.dtype, what)

    def _check_dtype(self, dtype: np.dtype[Any], what: str) -> None:
        if not np.can_cast(dtype, self.dtype, "same_kind"):
            raise TypeError(
                f"{what} in place: {dtype} does not fit into {self.dtype}; write x = x.astype('{dtype}') first"
            )
