"""Parameter: a Tensor that training changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Tensor, tensor

if TYPE_CHECKING:
    from numpy.typing import DTypeLike


class Parameter(Tensor):
    """A Tensor that training changes: as an attribute of a Module it is one of its `parameters()`.

    It is a leaf that holds a copy of the data. Arrays and Tensors keep their dtype, numbers and lists become float32,
    unless `dtype` says otherwise; a dtype that has no gradient raises TypeError.

    >>> Parameter([1.0, 2.0])
    tensor([1., 2.], dtype=float32, requires_grad=True)
    """

    __slots__ = ()

    def __init__(
        self,
        data: Any,
        requires_grad: bool = True,
        name: str | None = None,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        if dtype is None and not isinstance(data, (Tensor, np.ndarray, np.generic)):
            dtype = np.float32
        self.value, self.node = tensor(data, dtype=dtype).value, None
        self.requires_grad_(requires_grad)
        self.name = name
