"""The parts of complex numbers. Real numbers, which alone carry gradients, are complex ones with nothing imaginary."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.ops.elementwise import arctan2, multiply, positive, where
from autograd.record import values_of
from autograd.rules import linear

if TYPE_CHECKING:
    from autograd.tensor import Tensor

# fmt: off
__all__ = ["angle", "conj", "conjugate", "imag", "real", "real_if_close"]

conjugate = linear("conjugate", np.conjugate,         lambda g: np.conjugate(g))
real      = linear("real",      lambda x: np.real(x), lambda g: g,       views=True)
_imag     = linear("imag",      lambda x: np.imag(x), lambda g: -1j * g, views=True)
conj      = conjugate
# fmt: on

conjugate.__doc__ = """out = Re x - i Im x, entry by entry; a real number itself.

>>> from autograd import conjugate, tensor
>>> conjugate(tensor([1 + 2j]))
tensor([1.-2.j], dtype=complex128)
"""
real.__doc__ = """out = Re x, the real part, entry by entry.

>>> from autograd import real, tensor
>>> real(tensor([1 + 2j]))
tensor([1.], dtype=float64)
"""


def imag(x: Any) -> Tensor:
    """out = Im x, the imaginary part, entry by entry; of real numbers it is 0.

    >>> from autograd import tensor
    >>> imag(tensor([1 + 2j]))
    tensor([2.], dtype=float64)
    """
    return _imag(x) if np.iscomplexobj(values_of(x)) else where(True, False, x)


def angle(z: Any, deg: bool = False) -> Tensor:
    """out = arg z, the angle of a complex number from the positive real axis; entry by entry.

    Of real numbers it is 0 or π, with slope 0.

    >>> from autograd import tensor
    >>> angle(tensor([1j, -1.0]), deg=True)
    tensor([ 90., 180.], dtype=float64)
    """
    out = arctan2(imag(z), real(z))
    return multiply(out, 180 / math.pi) if deg else out


def real_if_close(x: Any, tol: float = 100) -> Tensor:
    """out = Re x, where all that is imaginary is as small as a rounding error (below `tol` times that of 1), else x.

    The shape is that of x.

    >>> from autograd import tensor
    >>> real_if_close(tensor([1 + 1e-16j]))
    tensor([1.], dtype=float64)
    """
    return positive(x) if np.iscomplexobj(np.real_if_close(values_of(x), tol)) else real(x)
