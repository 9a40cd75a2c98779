"""NumPy's face: the attributes, methods and protocols that make a Tensor feel like an array. Every method is an op by
its name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import ops, protocols
from autograd.operators import Operators
from autograd.scope import is_grad_enabled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from autograd.tensor import Tensor


class ArrayFace(Operators):
    """What a Tensor shares with `numpy.ndarray`, and with the arrays of the array API standard."""

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
    def itemsize(self) -> int:
        """How many bytes one entry takes."""
        return self.value.itemsize  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> int:
        """How many bytes the entries take."""
        return self.value.nbytes  # type: ignore[no-any-return]

    @property
    def device(self) -> str:
        """Where the entries are: always "cpu"."""
        return "cpu"

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        return ops.transpose(self)

    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged: each matrix transposed."""
        return ops.matrix_transpose(self)

    @property
    def real(self) -> Tensor:
        """The real parts."""
        return ops.real(self)

    @property
    def imag(self) -> Tensor:
        """The imaginary parts."""
        return ops.imag(self)

    @property
    def flat(self) -> Iterator[Tensor]:
        """The entries one by one, in row-major order."""
        return iter(ops.ravel(self))

    # -- methods -----------------------------------------------------------------------------------

    # fmt: off
    sum          = ops.sum
    mean         = ops.mean
    max          = ops.max
    min          = ops.min
    prod         = ops.prod
    var          = ops.var
    std          = ops.std
    all          = ops.all
    any          = ops.any
    argmax       = ops.argmax
    argmin       = ops.argmin
    cumsum       = ops.cumsum
    cumprod      = ops.cumprod
    trace        = ops.trace
    dot          = ops.dot
    abs          = ops.absolute
    clip         = ops.clip
    round        = ops.round
    conj         = ops.conjugate
    conjugate    = ops.conjugate
    exp          = ops.exp
    log          = ops.log
    sqrt         = ops.sqrt
    relu         = ops.relu
    sigmoid      = ops.sigmoid
    tanh         = ops.tanh
    softplus     = ops.softplus
    softmax      = ops.softmax
    log_softmax  = ops.log_softmax
    logsumexp    = ops.logsumexp
    astype       = ops.astype
    ravel        = ops.ravel
    squeeze      = ops.squeeze
    swapaxes     = ops.swapaxes
    diagonal     = ops.diagonal
    repeat       = ops.repeat
    take         = ops.take
    choose       = ops.choose
    argsort      = ops.argsort
    argpartition = ops.argpartition
    searchsorted = ops.searchsorted
    nonzero      = ops.nonzero
    # fmt: on

    def compress(self, condition: Any, axis: int | None = None) -> Tensor:
        """The entries along an axis where a condition holds; those of the flattened array by default."""
        return ops.compress(condition, self, axis)

    def flatten(self) -> Tensor:
        """The entries as one axis, in row-major order, in memory of their own."""
        return ops.ravel(ops.astype(self, self.dtype))

    def reshape(self, *shape: Any, copy: bool | None = None) -> Tensor:
        """The same entries in another shape: `x.reshape(2, 3)` or `x.reshape((2, 3))`; one length may be -1."""
        return ops.reshape(self, shape[0] if len(shape) == 1 else shape, copy=copy)

    def transpose(self, *axes: Any) -> Tensor:
        """The axes in another order, reversed by default: `x.transpose(1, 0)` or `x.transpose((1, 0))`."""
        return ops.transpose(self, (axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes) or None)

    def to_device(self, device: str, /, *, stream: None = None) -> Tensor:
        """This Tensor, for the only device is "cpu"."""
        if device != "cpu" or stream is not None:
            raise ValueError(f"to_device: there is only the 'cpu', without streams; not {device!r}, stream={stream!r}")
        return self  # type: ignore[return-value]

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

    # -- protocols ---------------------------------------------------------------------------------

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if self.node is not None and is_grad_enabled():
            raise TypeError(
                "np.array: a plain array would lose the gradient of this Tensor; use autograd.array([...]) to make one "
                "of Tensors and numbers, np.array for lists of numbers before they are differentiated, and x.detach() "
                "or x.numpy() if no gradient is meant"
            )
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return protocols.call_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return protocols.call_function(function, args, kwargs)

    def __array_namespace__(self, /, *, api_version: str | None = None) -> ModuleType:
        if api_version not in (None, "2021.12", "2022.12", "2023.12", "2024.12"):
            raise ValueError(f"__array_namespace__: follows version 2024.12 of the standard, not {api_version}")
        return sys.modules["autograd"]

    def __dlpack__(
        self,
        /,
        *,
        stream: Any = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        wanted = {"stream": stream, "max_version": max_version, "dl_device": dl_device, "copy": copy}
        return self.__array__().__dlpack__(**{key: x for key, x in wanted.items() if x is not None})

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)  # the CPU
