"""Editing in place: what `x += y`, `x[i] = y` and `x.sort()` do to a Tensor.

Where nothing is recorded, the memory is edited and stamped, so that a graph that saved it will refuse to use it. Where
something is, the Tensor takes on a new value and node, and earlier uses of it keep the old ones: an edit is then as
differentiable as any op. So does the Tensor that it is a part of, and so do its own parts: `x[0] += y` and `row += y`
reach x, and all views x[i] that are alive. A leaf that requires grad is edited only inside `no_grad`.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from autograd import ops
from autograd.edits import edited
from autograd.face import ArrayFace
from autograd.graph import Leaf, Traced
from autograd.ops.index import getitem, plain, setitem
from autograd.record import operand, values_of
from autograd.rules import REGISTRY
from autograd.scope import is_grad_enabled, no_grad

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.tensor import Tensor


def _in_place(op: Callable[..., Tensor]) -> Any:
    """The operator that writes the result of an op into its first operand."""

    def edit(x: Editable, y: Any) -> Editable:
        return x._edit(op, y)

    return edit


class Editable(ArrayFace):
    """An array that can be edited in place without ever making a gradient silently wrong."""

    __slots__ = ("_parts", "_whole")

    _whole: tuple[Editable, Any]  # of a view x[index]: x and the index
    _parts: set[weakref.ref[Editable]]  # of an x: its views that are alive

    def __getitem__(self, index: Any) -> Any:
        out: Any = getitem(self, index)
        if getattr(out.value, "base", None) is not None:
            out._whole = (self, index)
            try:
                parts = self._parts
            except AttributeError:
                parts = self._parts = set()
            parts.add(weakref.ref(out, parts.discard))
        return out

    def _hold(self, value: Any) -> None:
        """Take a new value in the place of the old one."""
        self.value = value
        if isinstance(self.node, Leaf):
            self.node.value = value
        edited(value)

    # fmt: off
    __iadd__      = _in_place(ops.add)
    __isub__      = _in_place(ops.subtract)
    __imul__      = _in_place(ops.multiply)
    __itruediv__  = _in_place(ops.divide)
    __ifloordiv__ = _in_place(ops.floor_divide)
    __imod__      = _in_place(ops.remainder)
    __ipow__      = _in_place(ops.power)
    __imatmul__   = _in_place(ops.matmul)
    __ilshift__   = _in_place(ops.left_shift)
    __irshift__   = _in_place(ops.right_shift)
    __iand__      = _in_place(ops.bitwise_and)
    __ior__       = _in_place(ops.bitwise_or)
    __ixor__      = _in_place(ops.bitwise_xor)
    # fmt: on

    def __setitem__(self, index: Any, y: Any) -> None:
        if isinstance(y, Editable) and (of := y._part_of()) and of[0] is self and of[1] is index:
            return  # of x[index] += y, which has reached x already
        if self._is_recorded_edit("x[index] = y", y):
            self._check_dtype(getattr(y, "dtype", self.dtype), "setitem")
            self._become(setitem(self, index, y))
        elif self.ndim:
            _, self.value[plain(index)] = operand(y, REGISTRY["setitem"])
            edited(self.value)
        else:
            self._hold(setitem(self.value, index, values_of(y)).value)

    def sort(self, axis: int = -1, *, kind: str | None = None, stable: bool | None = None) -> None:
        """Put the entries along an axis in ascending order, in place; `np.sort(x)` makes a new Tensor."""
        self._edit(ops.sort, axis, kind=kind, stable=stable)

    def partition(self, kth: int, axis: int = -1) -> None:
        """Put the kth smallest entry along an axis in its place, the smaller ones before it, in place."""
        self._edit(ops.partition, kth, axis=axis)

    def fill(self, value: Any) -> None:
        """Write one value into every entry."""
        self[...] = value

    def _edit(self, op: Callable[..., Tensor], y: Any, **options: Any) -> Self:
        if self._is_recorded_edit(f"{op.__name__} in place", y):
            self._become(op(self, y, **options))
            return self
        with no_grad():
            out = op(self, y, **options)
        self._check_fits(out, op.__name__)
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
                "neither value; a step of training belongs inside `with no_grad():`, any other edit to a copy, "
                "x = x.copy()"
            )
        if self._is_view():
            if (of := self._part_of()) is None:
                raise RuntimeError(
                    f"{what}: this Tensor is a view, and a recorded edit would not reach the one whose memory it "
                    "shares; edit that one by x[index] = y, or edit x.copy()"
                )
            of[0]._is_recorded_edit(what, y if traced else self)
        return True

    def _is_view(self) -> bool:
        if getattr(self.value, "base", None) is None:
            return False
        if self.node is None:
            return True
        index = self.node.op.parameters(self.node).get("index", ())  # one with arrays in it copies
        return self.node.op.views and not any(isinstance(part, np.ndarray) for part in index)

    def _part_of(self) -> tuple[Editable, Any] | None:
        """The x and the index for which this is x[index]: still, for x may have taken on other memory since."""
        of: tuple[Editable, Any] | None = getattr(self, "_whole", None)
        return of if of is not None and np.may_share_memory(of[0].value, self.value) else None

    def _become(self, out: Tensor) -> None:
        """Take the value and node of a new result: earlier uses of this Tensor keep the old ones."""
        self._check_fits(out, out.node.op.name if out.node is not None else "edit")
        if out.dtype != self.dtype:
            out = ops.astype(out, self.dtype)
        if (of := self._part_of()) is not None:
            x, index = of
            x[index] = out  # which reads all its parts again, and this among them
            return
        self.value, self.node = out.value, out.node
        self._read_parts_again()

    def _read_parts_again(self) -> None:
        """Give the views of this Tensor that are alive what it holds now, as if they shared its memory still."""
        for ref in tuple(getattr(self, "_parts", ())):
            part = ref()
            if part is not None:
                out = getitem(self, part._whole[1])
                part.value, part.node = out.value, out.node
                part._read_parts_again()

    def _check_fits(self, out: Tensor, what: str) -> None:
        if out.shape != self.shape:
            raise ValueError(f"{what} in place: a result of shape {out.shape} does not fit into {self.shape}")
        self._check_dtype(out.dtype, what)

    def _check_dtype(self, dtype: np.dtype[Any], what: str) -> None:
        if not np.can_cast(dtype, self.dtype, "same_kind"):
            raise TypeError(
                f"{what} in place: {dtype} does not fit into {self.dtype}; write x = x.astype('{dtype}') first"
            )
