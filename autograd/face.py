"""NumPy's face: the operators, methods and protocols that make a Tensor feel like an array. Every one is an op by its
name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ops, protocols
from autograd.graph import Traced, constant
from autograd.ops.index import getitem
from autograd.record import tidy
from autograd.scope import is_grad_enabled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograd.ops.reduce import Axis
    from autograd.tensor import Tensor


class ArrayFace(Traced):
    """What a Tensor shares with `numpy.ndarray`. No copy is made and no call is added: `x + y` is `add(x, y)`
    itself."""

    __slots__ = ()

    # -- what it is --------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self.value.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        return self.value.dtype  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """How many axes."""
        return self.value.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """How many entries."""
        return self.value.size  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> int:
        """How many bytes the entries take."""
        return self.value.nbytes  # type: ignore[no-any-return]

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        return ops.transpose(self)

    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged: each matrix transposed."""
        return ops.swapaxes(self, -1, -2)

    # -- operators ---------------------------------------------------------------------------------

    # fmt: off
    __add__      = ops.add
    __sub__      = ops.subtract
    __mul__      = ops.multiply
    __truediv__  = ops.divide
    __pow__      = ops.power
    __matmul__   = ops.matmul
    __neg__      = ops.negative
    __abs__      = ops.absolute
    __lt__       = ops.less
    __le__       = ops.less_equal
    __gt__       = ops.greater
    __ge__       = ops.greater_equal
    __and__      = ops.bitwise_and
    __or__       = ops.bitwise_or
    __xor__      = ops.bitwise_xor
    __invert__   = ops.invert
    __getitem__  = getitem
    __hash__     = object.__hash__

    def __radd__(self, x: Any) -> Tensor: return ops.add(x, self)
    def __rsub__(self, x: Any) -> Tensor: return ops.subtract(x, self)
    def __rmul__(self, x: Any) -> Tensor: return ops.multiply(x, self)
    def __rtruediv__(self, x: Any) -> Tensor: return ops.divide(x, self)
    def __rpow__(self, x: Any) -> Tensor: return ops.power(x, self)
    def __rmatmul__(self, x: Any) -> Tensor: return ops.matmul(x, self)
    def __pos__(self) -> Tensor: return ops.add(self, 0)
    # fmt: on

    def __eq__(self, other: object) -> Any:
        return NotImplemented if other is None or isinstance(other, str) else ops.equal(self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if other is None or isinstance(other, str) else ops.not_equal(self, other)

    # -- methods -----------------------------------------------------------------------------------

    # fmt: off
    sum         = ops.sum
    mean        = ops.mean
    max         = ops.max
    min         = ops.min
    prod        = ops.prod
    var         = ops.var
    std         = ops.std
    argmax      = ops.argmax
    argmin      = ops.argmin
    exp         = ops.exp
    log         = ops.log
    sqrt        = ops.sqrt
    abs         = ops.absolute
    clip        = ops.clip
    relu        = ops.relu
    sigmoid     = ops.sigmoid
    tanh        = ops.tanh
    softplus    = ops.softplus
    softmax     = ops.softmax
    log_softmax = ops.log_softmax
    logsumexp   = ops.logsumexp
    swapaxes    = ops.swapaxes
    squeeze     = ops.squeeze
    astype      = ops.astype
    ravel       = ops.ravel
    # fmt: on

    def flatten(self) -> Tensor:
        """The entries as one axis, in row-major order, in memory of their own."""
        return ops.ravel(ops.astype(self, self.dtype))

    def reshape(self, *shape: Any) -> Tensor:
        """The same entries in another shape: `x.reshape(2, 3)` or `x.reshape((2, 3))`; one length may be -1."""
        return ops.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Tensor:
        """The axes in another order, reversed by default: `x.transpose(1, 0)` or `x.transpose((1, 0))`."""
        return ops.transpose(self, (axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes) or None)

    def all(self, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
        """Whether every entry is true. Carries no gradient."""
        return constant(tidy(np.all(self.value, axis=axis, keepdims=keepdims)))  # type: ignore[no-any-return]

    def any(self, axis: Axis = None, *, keepdims: bool = False) -> Tensor:
        """Whether some entry is true. Carries no gradient."""
        return constant(tidy(np.any(self.value, axis=axis, keepdims=keepdims)))  # type: ignore[no-any-return]

    def item(self) -> Any:
        """The one entry, as a Python number."""
        if self.size != 1:
            raise ValueError(f"item: a Tensor of shape {self.shape} is not one number; index it or reduce it first")
        return self.value.item()

    def tolist(self) -> Any:
        """The entries as nested lists of Python numbers."""
        return self.value.tolist()

    def numpy(self) -> Any:
        """The values as NumPy, sharing memory; read-only where a graph depends on them."""
        if self.node is None or not isinstance(self.value, np.ndarray):
            return self.value
        view = self.value.view()
        view.flags.writeable = False
        return view

    # -- as a container and a number ---------------------------------------------------------------

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len: a Tensor without axes has no length")
        return len(self.value)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.ndim:
            raise TypeError("iter: a Tensor without axes is one number and cannot be unpacked")
        return (self[i] for i in range(len(self.value)))

    def __contains__(self, x: Any) -> bool:
        return bool(ops.equal(self, x).any())

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(f"bool: a Tensor of shape {self.shape} is not one truth; use .any() or .all()")
        return bool(self.value)

    def __float__(self) -> float:
        return float(self._number("float"))

    def __int__(self) -> int:
        return int(self._number("int"))

    def _number(self, what: str) -> Any:
        """The one entry, where taking it out of the graph cannot be a mistake."""
        if self.node is not None and is_grad_enabled():
            raise TypeError(
                f"{what}: a plain number would lose the gradient of this Tensor; use x.item() if that is meant, "
                "np.sin(x) for math.sin(x), and autograd.stack or autograd.zeros for an array that is written into"
            )
        return self.item()

    def __index__(self) -> int:
        if self.dtype.kind not in "iu" or self.ndim:
            raise TypeError(f"index: only an integer without axes can index, not {self.shape} {self.dtype}")
        return int(self.value)

    # -- NumPy's protocols -------------------------------------------------------------------------

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if self.node is not None and is_grad_enabled():
            raise TypeError(
                "np.asarray: a plain array would lose the gradient of this Tensor; use x.detach() or x.numpy() if that "
                "is meant, or autograd.stack to join Tensors into one"
            )
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self.__array__().__dlpack__(**kwargs)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)  # the CPU

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return protocols.call_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return protocols.call_function(function, args, kwargs)
