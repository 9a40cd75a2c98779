"""The table of calculus, one file a family. What is public here is public in `autograd`, under NumPy's names."""

from autograd.ops.create import (
    arange,
    eye,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    zeros,
    zeros_like,
)
from autograd.ops.elementwise import (
    absolute,
    add,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctanh,
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    clip,
    cos,
    cosh,
    divide,
    equal,
    exp,
    expm1,
    greater,
    greater_equal,
    hypot,
    invert,
    isfinite,
    isinf,
    isnan,
    less,
    less_equal,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    power,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    sqrt,
    subtract,
    tan,
    tanh,
    where,
)
from autograd.ops.fused import affine, cross_entropy, log_softmax, logsumexp, softmax
from autograd.ops.index import getitem, setitem
from autograd.ops.linalg import matmul
from autograd.ops.reduce import argmax, argmin, max, mean, min, prod, std, sum, var
from autograd.ops.shape import (
    astype,
    broadcast_to,
    concatenate,
    expand_dims,
    moveaxis,
    ravel,
    reshape,
    squeeze,
    stack,
    swapaxes,
    transpose,
)

abs = absolute

# fmt: off
__all__ = [
    "abs", "absolute", "add", "affine", "arange", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
    "arctanh", "argmax", "argmin", "astype", "bitwise_and", "bitwise_or", "bitwise_xor", "broadcast_to",
    "clip", "concatenate", "cos", "cosh", "cross_entropy", "divide", "equal", "exp", "expand_dims", "expm1",
    "eye", "full", "full_like", "getitem", "greater", "greater_equal", "hypot", "invert", "isfinite", "isinf",
    "isnan", "less", "less_equal", "linspace", "log", "log1p", "log_softmax", "logical_and", "logical_not",
    "logical_or", "logical_xor", "logsumexp", "matmul", "max", "maximum", "mean", "min", "minimum",
    "moveaxis", "multiply", "negative", "not_equal", "ones", "ones_like", "power", "prod", "ravel", "relu",
    "reshape", "setitem", "sigmoid", "sign", "sin", "sinh", "softmax", "softplus", "sqrt", "squeeze", "stack",
    "std", "subtract", "sum", "swapaxes", "tan", "tanh", "transpose", "var", "where", "zeros", "zeros_like",
]
# fmt: on
