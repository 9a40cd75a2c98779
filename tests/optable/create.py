"""Functions that make arrays of constants, and of numbers with a gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from tests.optable.case import Row, case, cases
from tests.optable.shape import together

X = np.array([[1.5, -2.0]], np.float32)

# fmt: off
CREATORS = [  # ours | NumPy's | arguments | keywords
    (ag.zeros,      np.zeros,      ((2, 3),),        {}),
    (ag.zeros,      np.zeros,      ((),),            {"dtype": np.float32}),
    (ag.zeros,      np.zeros,      (2,),             {"device": "cpu"}),
    (ag.ones,       np.ones,       (3,),             {"dtype": np.int64}),
    (ag.empty,      np.empty,      ((0, 2),),        {"dtype": np.float32}),
    (ag.full,       np.full,       ((2, 2), 7.0),    {}),
    (ag.full,       np.full,       ((), 7),          {"dtype": np.float32}),
    (ag.full,       np.full,       (3, True),        {"device": "cpu"}),
    (ag.full,       np.full,       ((2, 3), [1, 2, 3]), {"dtype": complex}),
    (ag.eye,        np.eye,        (3,),             {}),
    (ag.eye,        np.eye,        (2, 3),           {"k": 1}),
    (ag.identity,   np.identity,   (2,),             {"dtype": int}),
    (ag.tri,        np.tri,        (2, 3),           {"k": -1}),
    (ag.arange,     np.arange,     (5,),             {}),
    (ag.arange,     np.arange,     (1.0, 2.0, 0.25), {}),
    (ag.arange,     np.arange,     (0, 3),           {"dtype": np.float32}),
    (ag.indices,    np.indices,    ((2, 3),),        {}),
    (ag.linspace,   np.linspace,   (0.0, 1.0, 5),    {}),
    (ag.linspace,   np.linspace,   (0, 10, 4),       {"endpoint": False, "dtype": int}),
    (ag.linspace,   np.linspace,   (np.float32(0), np.array([1, 2]), 3), {"axis": -1}),
    (ag.logspace,   np.logspace,   (0, 3, 4),        {"base": 2.0}),
    (ag.geomspace,  np.geomspace,  (1.0, 1000.0, 4), {}),
    (ag.geomspace,  np.geomspace,  (-1.0, -8.0, 3),  {"endpoint": False}),
    (ag.asarray,    np.asarray,    ([[1, 2], [3, 4]],), {}),
    (ag.asarray,    np.asarray,    (X,),             {"dtype": np.float64, "copy": True}),
    (ag.asarray,    np.asarray,    (2.5,),           {}),
    (ag.array,      np.array,      (X,),             {"ndmin": 3}),
    (ag.array,      np.array,      ((True, False),), {}),
    (ag.from_dlpack, np.from_dlpack, (X,),           {}),
    (ag.zeros_like, np.zeros_like, (np.ones((2, 3), np.float32),),   {}),
    (ag.zeros_like, np.zeros_like, (X,),             {"shape": (3,), "order": "C", "subok": False}),
    (ag.ones_like,  np.ones_like,  (np.zeros(3, np.float32),),       {}),
    (ag.ones_like,  np.ones_like,  (X,),             {"dtype": int, "device": "cpu"}),
    (ag.full_like,  np.full_like,  (np.zeros(3, np.float32), 2.5),   {}),
    (ag.full_like,  np.full_like,  (X, 2),           {"dtype": int, "shape": (2, 2), "order": "F", "subok": True}),
    (ag.full_like,  np.full_like,  (np.array([1, 2]), 2.7),          {}),
    (ag.ones_like,  np.ones_like,  (np.float32(0),),                 {}),
    (ag.empty_like, np.empty_like, (np.zeros((0, 3), np.float32),),  {}),
]

FULL      = [case("()", shape=(2, 3)), case("3", shape=(2, 3)), case("()", shape=()), case("2x1", shape=(2, 0))]
SPACED    = [*cases("(),() 3,3 3,() 2x1,3", num=4), case("(),()", num=4, endpoint=False), case("(),()", num=1),
             case("(),()", num=0), case("3,()", num=3, axis=-1)]
GRID      = [*cases("2,3 2,3,2 3 2,0 (),2"), case("2,3,2", indexing="ij"), case("2,3", sparse=True),
             case("2,3", copy=False)]
# fmt: on


def geomspace(x: Any, y: Any, **params: Any) -> Any:
    """NumPy's makes float64 of float32."""
    return np.geomspace(x, y, **params).astype(np.result_type(x, y))


def downwards(geomspace: Any) -> Any:
    """From and to numbers below 0."""
    return lambda x, y, **params: geomspace(-x, -y, **params)


def alike(full_like: Any) -> Any:
    return lambda x: full_like(np.zeros((2, 3), x.dtype), x)


def based(logspace: Any) -> Any:
    return lambda x, y, base, num: logspace(x, y, num, base=base)


def nested(array: Any) -> Any:
    """Numbers in lists of lists."""
    return lambda x, y: array([[x[0], y], (y, x[1])])


def polynomial(fromfunction: Any) -> Any:
    return lambda x: fromfunction(lambda i, j, k: i * x + j * k * x * x, (2, 3), dtype=x.dtype, k=0.5)


# fmt: off
ROWS = [
    Row(lambda x, shape: ag.full(shape, x), lambda x, shape: np.full(shape, x), None, FULL, name="full"),
    Row(alike(ag.full_like), alike(np.full_like), None,          cases("() 3 2x1"), name="full_like"),
    Row(ag.linspace,      np.linspace,      None,                SPACED),
    Row(ag.logspace,      np.logspace,      None,                SPACED),
    Row(based(ag.logspace), based(np.logspace), None,            cases("(),(),() 3,(),2x1", num=3),
        [(-2, 2), (-2, 2), (0.5, 2)], name="logspace of a base"),
    Row(ag.geomspace,     geomspace,        None,                SPACED,   (0.5, 2)),
    Row(downwards(ag.geomspace), downwards(geomspace), None,     cases("(),() 3,2x1", num=3), (0.5, 2),
        name="geomspace below 0"),
    Row(together(ag.meshgrid), together(np.meshgrid), None,      GRID,     name="meshgrid"),
    Row(nested(ag.asarray), nested(np.array), None,              cases("2,()"), name="asarray"),
    Row(polynomial(ag.fromfunction), polynomial(np.fromfunction), None, cases("()"), name="fromfunction"),
]
# fmt: on
