"""Python's syntax on Tensors: operators, indexing, iteration, truth and numbers. Each operator is an op by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd import ops
from autograd.graph import Traced
from autograd.ops.index import getitem
from autograd.scope import is_grad_enabled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd.tensor import Tensor


class Operators(Traced):
    """What Python's syntax does to a Tensor. No copy is made and no call is added: `x + y` is `add(x, y)` itself."""

    __slots__ = ()

    # -- operators ---------------------------------------------------------------------------------

    # fmt: off
    __add__      = ops.add
    __sub__      = ops.subtract
    __mul__      = ops.multiply
    __truediv__  = ops.divide
    __floordiv__ = ops.floor_divide
    __mod__      = ops.remainder
    __pow__      = ops.power
    __matmul__   = ops.matmul
    __lshift__   = ops.left_shift
    __rshift__   = ops.right_shift
    __and__      = ops.bitwise_and
    __or__       = ops.bitwise_or
    __xor__      = ops.bitwise_xor
    __neg__      = ops.negative
    __pos__      = ops.positive
    __abs__      = ops.absolute
    __invert__   = ops.invert
    __lt__       = ops.less
    __le__       = ops.less_equal
    __gt__       = ops.greater
    __ge__       = ops.greater_equal
    __getitem__  = getitem
    __hash__     = object.__hash__

    def __radd__(self, x: Any) -> Tensor: return ops.add(x, self)
    def __rsub__(self, x: Any) -> Tensor: return ops.subtract(x, self)
    def __rmul__(self, x: Any) -> Tensor: return ops.multiply(x, self)
    def __rtruediv__(self, x: Any) -> Tensor: return ops.divide(x, self)
    def __rfloordiv__(self, x: Any) -> Tensor: return ops.floor_divide(x, self)
    def __rmod__(self, x: Any) -> Tensor: return ops.remainder(x, self)
    def __rpow__(self, x: Any) -> Tensor: return ops.power(x, self)
    def __rmatmul__(self, x: Any) -> Tensor: return ops.matmul(x, self)
    def __rlshift__(self, x: Any) -> Tensor: return ops.left_shift(x, self)
    def __rrshift__(self, x: Any) -> Tensor: return ops.right_shift(x, self)
    def __rand__(self, x: Any) -> Tensor: return ops.bitwise_and(x, self)
    def __ror__(self, x: Any) -> Tensor: return ops.bitwise_or(x, self)
    def __rxor__(self, x: Any) -> Tensor: return ops.bitwise_xor(x, self)
    def __divmod__(self, y: Any) -> tuple[Tensor, Tensor]: return ops.floor_divide(self, y), ops.remainder(self, y)
    def __rdivmod__(self, x: Any) -> tuple[Tensor, Tensor]: return ops.floor_divide(x, self), ops.remainder(x, self)
    # fmt: on

    def __eq__(self, other: object) -> Any:
        return NotImplemented if other is None or isinstance(other, str) else ops.equal(self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if other is None or isinstance(other, str) else ops.not_equal(self, other)

    # -- as a container ----------------------------------------------------------------------------

    def __len__(self) -> int:
        if not self.value.ndim:
            raise TypeError("len: a Tensor without axes has no length")
        return len(self.value)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.value.ndim:
            raise TypeError("iter: a Tensor without axes is one number and cannot be unpacked")
        return (self[i] for i in range(len(self.value)))

    def __contains__(self, x: Any) -> bool:
        return bool(ops.equal(self, x).any())

    # -- as a number -------------------------------------------------------------------------------

    def __bool__(self) -> bool:
        if self.value.size != 1:
            raise ValueError(f"bool: a Tensor of shape {self.value.shape} is not one truth; use .any() or .all()")
        return bool(self.value)

    def __float__(self) -> float:
        return float(self._number("float"))

    def __int__(self) -> int:
        return int(self._number("int"))

    def __complex__(self) -> complex:
        return complex(self._number("complex"))

    def __round__(self, ndigits: int | None = None) -> Any:
        return ops.round(self, ndigits or 0)

    def __index__(self) -> int:
        if self.value.dtype.kind not in "iu" or self.value.ndim:
            raise TypeError(f"index: only an integer without axes can index, not {self.value.shape} {self.value.dtype}")
        return int(self.value)

    def _number(self, what: str) -> Any:
        """The one entry, where taking it out of the graph cannot be a mistake."""
        if self.node is not None and is_grad_enabled():
            raise TypeError(
                f"{what}: a plain number would lose the gradient of this Tensor; use x.item() if that is meant, "
                "np.sin(x) for math.sin(x), autograd.array([...]) for np.array of Tensors, and autograd.zeros for an "
                "array that is written into"
            )
        return self.item()

    def item(self, *index: int) -> Any:
        """The one entry, or the one at an index, as a Python number: `x.item()`, `x.item(i)`, `x.item(i, j)`."""
        if not index and self.value.size != 1:
            raise ValueError(
                f"item: a Tensor of shape {self.value.shape} is not one number; index it or reduce it first"
            )
        return self.value.item(*index)
