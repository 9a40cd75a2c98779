"""Functions whose answers carry no gradient."""

import numpy as np

import autograd as ag

X = np.array([[3.0, 0.0, 1.0], [1.0, 0.0, -2.0]])
Z = np.array([1 + 0j, 2j])
WORDS = np.array([3, 1, 1, 5])
SORTED = np.array([1.0, 2.0, 4.0])

# fmt: off
QUESTIONS = [  # ours | NumPy's | how many operands
    (ag.equal,         np.equal,         2),
    (ag.not_equal,     np.not_equal,     2),
    (ag.less,          np.less,          2),
    (ag.less_equal,    np.less_equal,    2),
    (ag.greater,       np.greater,       2),
    (ag.greater_equal, np.greater_equal, 2),
    (ag.isclose,       np.isclose,       2),
    (ag.logical_and,   np.logical_and,   2),
    (ag.logical_or,    np.logical_or,    2),
    (ag.logical_xor,   np.logical_xor,   2),
    (ag.logical_not,   np.logical_not,   1),
    (ag.isnan,         np.isnan,         1),
    (ag.isinf,         np.isinf,         1),
    (ag.isposinf,      np.isposinf,      1),
    (ag.isneginf,      np.isneginf,      1),
    (ag.isfinite,      np.isfinite,      1),
    (ag.isreal,        np.isreal,        1),
    (ag.iscomplex,     np.iscomplex,     1),
    (ag.signbit,       np.signbit,       1),
    (ag.nextafter,     np.nextafter,     2),
    (ag.isin,          np.isin,          2),
    (ag.all,           np.all,           1),
    (ag.any,           np.any,           1),
    (ag.count_nonzero, np.count_nonzero, 1),
    (ag.argmax,        np.argmax,        1),
    (ag.argmin,        np.argmin,        1),
]
BITWISE = [  # ours | NumPy's | how many operands, of integers or booleans
    (ag.bitwise_and,   np.bitwise_and,   2),
    (ag.bitwise_or,    np.bitwise_or,    2),
    (ag.bitwise_xor,   np.bitwise_xor,   2),
    (ag.bitwise_count, np.bitwise_count, 1),
    (ag.invert,        np.invert,        1),
]
ANSWERS = [  # ours | NumPy's | arguments | keywords
    (ag.all,            np.all,            (X,),                      {"axis": 0}),
    (ag.any,            np.any,            (X,),                      {"axis": (0, 1), "keepdims": True}),
    (ag.allclose,       np.allclose,       (X, X + 1e-9),             {}),
    (ag.allclose,       np.allclose,       (X, X + 1e-3),             {"rtol": 0, "atol": 1e-6}),
    (ag.isclose,        np.isclose,        (X, np.array([3.0, np.nan, 1.0])), {"equal_nan": True}),
    (ag.array_equal,    np.array_equal,    (X, X),                    {}),
    (ag.array_equal,    np.array_equal,    (X, X[0]),                 {}),
    (ag.array_equiv,    np.array_equiv,    (X, X[0]),                 {}),
    (ag.isreal,         np.isreal,         (Z,),                      {}),
    (ag.isrealobj,      np.isrealobj,      (Z,),                      {}),
    (ag.iscomplex,      np.iscomplex,      (Z,),                      {}),
    (ag.iscomplexobj,   np.iscomplexobj,   (Z,),                      {}),
    (ag.spacing,        np.spacing,        (SORTED,),                 {}),
    (ag.left_shift,     np.left_shift,     (WORDS, 2),                {}),
    (ag.right_shift,    np.right_shift,    (WORDS, WORDS),            {}),
    (ag.gcd,            np.gcd,            (WORDS, 15),               {}),
    (ag.lcm,            np.lcm,            (WORDS, WORDS[::-1]),      {}),
    (ag.count_nonzero,  np.count_nonzero,  (X,),                      {"axis": 1, "keepdims": True}),
    (ag.nonzero,        np.nonzero,        (X,),                      {}),
    (ag.flatnonzero,    np.flatnonzero,    (X,),                      {}),
    (ag.argwhere,       np.argwhere,       (X,),                      {}),
    (ag.where,          np.where,          (X,),                      {}),
    (ag.searchsorted,   np.searchsorted,   (SORTED, X),               {"side": "right"}),
    (ag.searchsorted,   np.searchsorted,   (SORTED, 2.0),             {}),
    (ag.digitize,       np.digitize,       (X, SORTED),               {"right": True}),
    (ag.bincount,       np.bincount,       (WORDS,),                  {"minlength": 8}),
    (ag.bincount,       np.bincount,       (WORDS, WORDS / 2),        {}),
    (ag.histogram,      np.histogram,      (X,),                      {"bins": 3, "range": (-2, 4)}),
    (ag.histogram,      np.histogram,      (X, SORTED),               {"density": True}),
    (ag.argsort,        np.argsort,        (X,),                      {"axis": 0}),
    (ag.argpartition,   np.argpartition,   (SORTED, 1),               {}),
    (ag.nanargmax,      np.nanargmax,      (X,),                      {"axis": 1}),
    (ag.nanargmin,      np.nanargmin,      (X,),                      {}),
    (ag.isin,           np.isin,           (X, SORTED),               {"invert": True}),
    (ag.unique,         np.unique,         (X,),                      {}),
    (ag.unique,         np.unique,         (X,),                      {"return_inverse": True, "return_counts": True}),
    (ag.unique,         np.unique,         (X,),                      {"axis": 1}),
    (ag.unique_all,     np.unique_all,     (X,),                      {}),
    (ag.unique_counts,  np.unique_counts,  (X,),                      {}),
    (ag.unique_inverse, np.unique_inverse, (X,),                      {}),
    (ag.unique_values,  np.unique_values,  (X,),                      {}),
]
# fmt: on
