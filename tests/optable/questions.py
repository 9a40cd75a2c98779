"""Functions whose answers carry no gradient."""

import numpy as np

import autograd as ag

# fmt: off
QUESTIONS = [  # ours | NumPy's | how many operands
    (ag.equal,         np.equal,         2),
    (ag.not_equal,     np.not_equal,     2),
    (ag.less,          np.less,          2),
    (ag.less_equal,    np.less_equal,    2),
    (ag.greater,       np.greater,       2),
    (ag.greater_equal, np.greater_equal, 2),
    (ag.logical_and,   np.logical_and,   2),
    (ag.logical_or,    np.logical_or,    2),
    (ag.logical_xor,   np.logical_xor,   2),
    (ag.logical_not,   np.logical_not,   1),
    (ag.isnan,         np.isnan,         1),
    (ag.isinf,         np.isinf,         1),
    (ag.isfinite,      np.isfinite,      1),
    (ag.argmax,        np.argmax,        1),
    (ag.argmin,        np.argmin,        1),
]
BITWISE = [  # ours | NumPy's | how many operands, of integers or booleans
    (ag.bitwise_and,   np.bitwise_and,   2),
    (ag.bitwise_or,    np.bitwise_or,    2),
    (ag.bitwise_xor,   np.bitwise_xor,   2),
    (ag.invert,        np.invert,        1),
]
# fmt: on
