"""Activations: the functions of `nn.functional`, as modules. PReLU alone has a parameter.

They keep the shape of x, and its dtype where that is a floating one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from nn import functional
from nn.checks import choice, integer, number
from nn.functional.activations import APPROXIMATIONS
from nn.functional.inputs import kept
from nn.module import Module
from nn.parameter import Parameter

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from autograd import Tensor


class Identity(Module):
    """out = x.   x: (...) → (...).

    >>> Identity()([1.0, 2.0])
    tensor([1., 2.], dtype=float64)
    """

    forward = staticmethod(functional.identity)


class BinaryStep(Module):
    """out = 1 where x ≥ 0, else 0.   x: (...) → (...).

    Its slope is 0 everywhere, so nothing before it can be trained.

    >>> BinaryStep()([-1.0, 0.0])
    tensor([0., 1.], dtype=float64)
    """

    forward = staticmethod(functional.binary_step)


class Sigmoid(Module):
    """out = 1 / (1 + e⁻ˣ), the logistic function.   x: (...) → (...).

    >>> Sigmoid()([0.0, 1000.0])
    tensor([0.5, 1. ], dtype=float64)
    """

    forward = staticmethod(functional.sigmoid)


class LogSigmoid(Module):
    """out = -ln(1 + e⁻ˣ), the logarithm of the logistic function.   x: (...) → (...).

    >>> LogSigmoid()([0.0, -1000.0])
    tensor([-6.93147181e-01, -1.00000000e+03], dtype=float64)
    """

    forward = staticmethod(functional.logsigmoid)


class Tanh(Module):
    """out = tanh x.   x: (...) → (...).

    >>> Tanh()([0.0])
    tensor([0.], dtype=float64)
    """

    forward = staticmethod(functional.tanh)


class Arctan(Module):
    """out = arctan x.   x: (...) → (...).

    >>> Arctan()([0.0])
    tensor([0.], dtype=float64)
    """

    forward = staticmethod(functional.arctan)


class ReLU(Module):
    """out = max(x, 0); its slope at 0 is 0.   x: (...) → (...).   Nair and Hinton 2010.

    >>> ReLU()([-1.0, 2.0])
    tensor([0., 2.], dtype=float64)
    """

    forward = staticmethod(functional.relu)


class LeakyReLU(Module):
    """out = x where x > 0, else negative_slope · x.   x: (...) → (...).   Maas et al. 2013.

    >>> LeakyReLU(0.1)([-1.0, 2.0])
    tensor([-0.1,  2. ], dtype=float64)
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        self.negative_slope = number("LeakyReLU", "negative_slope", negative_slope)

    def forward(self, x: Any) -> Tensor:
        return functional.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """out = x where x > 0, else weight · x.   x: (N, C, ...) → (N, C, ...), weight: (C,), C = num_parameters.

    The slope is learned, one for each channel, axis 1 of x. A single one, C = 1, is for an x of any shape. All start
    from `init`. ValueError where x has other channels.   He et al. 2015.

    >>> PReLU()(np.array([-1, 2], np.float32)).tolist()
    [-0.25, 2.0]
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: DTypeLike = np.float32) -> None:
        super().__init__()
        self.num_parameters = integer("PReLU", "num_parameters", num_parameters, 1)
        self.weight = Parameter(np.full(self.num_parameters, number("PReLU", "init", init), dtype))

    def forward(self, x: Any) -> Tensor:
        return kept("PReLU", functional.prelu(x, self.weight), self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class ELU(Module):
    """out = x where x > 0, else alpha (eˣ - 1).   x: (...) → (...).   Clevert et al. 2016.

    >>> ELU()([-1000.0, 2.0])
    tensor([-1.,  2.], dtype=float64)
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = number("ELU", "alpha", alpha)

    def forward(self, x: Any) -> Tensor:
        return functional.elu(x, self.alpha)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}"


class Softplus(Module):
    """out = ln(1 + exp(beta · x)) / beta, a ReLU without its kink.   x: (...) → (...).

    ValueError unless beta is finite and above 0.   Dugas et al. 2001.

    >>> Softplus()([0.0, 1000.0])
    tensor([6.93147181e-01, 1.00000000e+03], dtype=float64)
    """

    def __init__(self, beta: float = 1.0) -> None:
        super().__init__()
        self.beta = number("Softplus", "beta", beta, "a finite number > 0")

    def forward(self, x: Any) -> Tensor:
        return functional.softplus(x, self.beta)

    def extra_repr(self) -> str:
        return f"beta={self.beta}"


class GELU(Module):
    """out = x Φ(x), Φ the distribution of a standard normal number.   x: (...) → (...).   Hendrycks and Gimpel 2016.

    It takes SciPy (ImportError where that is not installed), approximate="tanh" does without.

    >>> GELU("tanh")([-1.0, 0.0, 1.0])
    tensor([-0.15880801,  0.        ,  0.84119199], dtype=float64)
    """

    def __init__(self, approximate: Literal["none", "tanh"] = "none") -> None:
        super().__init__()
        self.approximate = choice("GELU", "approximate", approximate, APPROXIMATIONS)

    def forward(self, x: Any) -> Tensor:
        return functional.gelu(x, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """out = x / (1 + e⁻ˣ), also known as swish.   x: (...) → (...).   Elfwing et al. 2017.

    >>> SiLU()([-1000.0, 0.0, 1000.0])
    tensor([  -0.,    0., 1000.], dtype=float64)
    """

    forward = staticmethod(functional.silu)


class Softsign(Module):
    """out = x / (1 + |x|).   x: (...) → (...).

    >>> Softsign()([-1.0, 3.0])
    tensor([-0.5 ,  0.75], dtype=float64)
    """

    forward = staticmethod(functional.softsign)


class Hardtanh(Module):
    """out = min(max(x, min_val), max_val); its slope at both is 0.   x: (...) → (...).

    ValueError unless min_val is less than max_val.

    >>> Hardtanh()([-3.0, 0.5, 3.0])
    tensor([-1. ,  0.5,  1. ], dtype=float64)
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        super().__init__()
        if not number("Hardtanh", "min_val", min_val, "a number") < number("Hardtanh", "max_val", max_val, "a number"):
            raise ValueError(f"Hardtanh: min_val={min_val} must be less than max_val={max_val}")
        self.min_val = min_val
        self.max_val = max_val

    def forward(self, x: Any) -> Tensor:
        return functional.hardtanh(x, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class Softmax(Module):
    """out[j] = exp(x[j]) / Σᵢ exp(x[i]) along the axis, the last by default.   x: (..., C) → (..., C).

    >>> Softmax()([1000.0, 1000.0])
    tensor([0.5, 0.5], dtype=float64)
    """

    def __init__(self, axis: int = -1) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, x: Any) -> Tensor:
        return functional.softmax(x, self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"


class LogSoftmax(Module):
    """out[j] = x[j] - ln Σᵢ exp(x[i]) along the axis, the last by default.   x: (..., C) → (..., C).

    >>> LogSoftmax()([0.0, 1000.0])
    tensor([-1000.,     0.], dtype=float64)
    """

    def __init__(self, axis: int = -1) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, x: Any) -> Tensor:
        return functional.log_softmax(x, self.axis)

    def extra_repr(self) -> str:
        return f"axis={self.axis}"
