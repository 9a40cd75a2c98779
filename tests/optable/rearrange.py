"""Ops that put entries elsewhere, and edges around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import autograd as ag
from autograd.ops.edges import delete, insert, pad, trim_zeros
from autograd.ops.rearrange import _place_diagonal
from tests.optable.case import UNARY, Row, at, case, cases

# fmt: off
FLIP      = [*UNARY, case("2x3x2", axis=1), case("2x3x2", axis=(0, -1)), case("2x3", axis=())]
TURN      = [*cases("2x3 2x3x2"), *[case("2x3", k=k) for k in (0, 2, 3, -1, 5)], case("2x3x2", axes=(2, 0))]
ROLL      = [case("3", shift=1), case("2x3", shift=-2), case("2x3", shift=1, axis=1), case("()", shift=1),
             case("2x3x2", shift=(1, -4), axis=(0, 1)), case("2x3", shift=2, axis=(0, 1)),
             case("3x2", shift=(1, 1), axis=(0, 0)), case("0x2", shift=1, axis=0)]
TILE      = [*cases("() 3 2x3", reps=2), case("3", reps=(2, 2)), case("2x1x2", reps=(3, 1)),
             case("2x3", reps=(2, 1, 2)), case("2", reps=0), case("2x3", reps=())]
REPEAT    = [*cases("() 3 2x3", repeats=2), case("2x3", repeats=2, axis=1), case("3", repeats=[0, 2, 1]),
             case("2x3", repeats=[1, 3], axis=0), case("2x3", repeats=[2], axis=-1), case("3", repeats=0)]
RESIZE    = [case("3", new_shape=(2, 4)), case("2x3", new_shape=(2, 2)), case("0", new_shape=3),
             case("3", new_shape=(0, 2)), case("()", new_shape=2)]
DIAGONAL  = [*cases("3x3 2x3 2x3x2 0x2"), case("3x4", offset=1), case("3x2", offset=-1), case("2x3", offset=5),
             case("2x3x4", axis1=2, axis2=0), case("2x3x4", offset=1, axis1=-1, axis2=1)]
DIAG      = [*cases("3 3x3 2x4 0 1"), case("2", k=1), case("2", k=-2), case("3x2", k=-1)]
FLAT      = [*cases("() 3 2x2"), case("2", k=1)]
TRACE     = [*cases("3x3 2x3 2x3x2 0x2"), case("3x4", offset=-1), case("2x3x4", axis1=0, axis2=-1)]
TRIANGLE  = [*cases("3x3 2x3 2x2x3 0x2"), case("3x3", k=1), case("2x4", k=-1)]
VANDER    = [*cases("3 1 0"), case("3", N=2), case("2", N=4, increasing=True), case("3", N=0)]
WITHIN    = [case("2", shape=(2, 3), offset=0), case("3x2", shape=(3, 3, 3), offset=1),
             case("1", shape=(3, 2), offset=-2)]

PAD       = [*cases("3 2x3", pad_width=1), case("2x3", pad_width=(0, 2)), case("2x3", pad_width=((1, 0), (0, 2))),
             case("2x3", pad_width=((1,), (2,))), case("2", pad_width=0), case("()", pad_width=1)]
CONSTANT  = [case("3", pad_width=(1, 2), constant_values=2.5),
             case("2x3", pad_width=1, constant_values=((1, 2), (3, 4))),
             case("2x2", pad_width=((0, 0), (1, 1)), constant_values=(-1.0, 1.0))]
MODES     = [c for mode in ("edge", "reflect", "symmetric", "wrap", "linear_ramp", "mean", "maximum", "minimum")
             for c in (case("3", pad_width=2, mode=mode), case("2x3", pad_width=((1, 0), (1, 2)), mode=mode))]
FAR       = [case("3", pad_width=(7, 9), mode=mode) for mode in ("reflect", "symmetric", "wrap")]
ODD       = [case(shape, pad_width=width, mode=mode, reflect_type="odd") for mode in ("reflect", "symmetric")
             for shape, width in (("3", (1, 2)), ("3", (7, 9)), ("2x3", ((1, 1), (0, 2))), ("1", 2))]
OPTIONS   = [case("5", pad_width=(2, 1), mode="mean", stat_length=2), case("1", pad_width=2, mode="reflect"),
             case("2x5", pad_width=1, mode="maximum", stat_length=((1, 9), (3, 2))),
             case("2x3", pad_width=(1, 3), mode="linear_ramp", end_values=((1, 2), (3, 4)))]
TRIM      = [*cases("3 2x3"), *[case("3", trim=trim) for trim in "fb"], case("2x3", axis=1)]
INSERT    = [case("3,()", obj=1), case("3,2", obj=1), case("3,2", obj=[0, 3]), case("2x3,()", obj=-1, axis=1),
             case("2x3,2", obj=1, axis=1), case("2x3,2x2", obj=[1, 1], axis=1), case("2x3,3", obj=slice(0, 2), axis=0),
             case("3,2", obj=np.array([True, False, True])), case("2x3,2x1", obj=[2], axis=-1)]
DELETE    = [case("3", obj=1), case("2x3", obj=[0, -1], axis=1), case("2x3", obj=slice(None, None, 2), axis=-1),
             case("2x3", obj=4), case("3", obj=[]), case("3", obj=[True, False, False])]
# fmt: on


def torch_flip(x: Any, axis: Any = None) -> Any:
    axis = tuple(range(x.ndim)) if axis is None else axis
    return torch.flip(x, (axis,) if isinstance(axis, int) else axis)


def torch_tile(x: Any, reps: Any) -> Any:
    return torch.tile(x, (reps,) if isinstance(reps, int) else reps)


def torch_repeat(x: Any, repeats: Any, axis: Any = None) -> Any:
    return torch.repeat_interleave(x, torch.as_tensor(repeats), axis)


def torch_diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return torch.diagonal(x, offset, axis1, axis2)


def torch_vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    powers = torch.arange(len(x) if N is None else N)
    return x[:, None] ** (powers if increasing else powers.flip(0))


def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    """NumPy's makes float64 of float32."""
    return np.vander(x, N, increasing).astype(x.dtype)


def within(x: Any, shape: Any, offset: int) -> Any:
    out = np.zeros(shape, x.dtype)
    for i in range(x.shape[-1]):
        out[..., i + max(-offset, 0), i + max(offset, 0)] = x[..., i]
    return out


def trimmed(trim_zeros: Any) -> Any:
    """Of zeros around what is not zero, nor near it."""
    return lambda x, **params: trim_zeros(np.pad(x, 2), **params)


def inserted(insert: Any) -> Any:
    return lambda x, y, obj, axis=None: insert(x, obj, y, axis)


# fmt: off
ROWS = [
    # turned and rolled
    Row(ag.flip,          np.flip,          torch_flip,          FLIP),
    Row(ag.fliplr,        np.fliplr,        torch.fliplr,        cases("2x3 2x3x2 2x0")),
    Row(ag.flipud,        np.flipud,        torch.flipud,        cases("3 2x3 0x2")),
    Row(ag.rot90,         np.rot90,         lambda x, k=1, axes=(0, 1): torch.rot90(x, k, axes), TURN),
    Row(ag.roll,          np.roll,          None,                ROLL),

    # repeated
    Row(ag.tile,          np.tile,          torch_tile,          TILE),
    Row(ag.repeat,        np.repeat,        torch_repeat,        REPEAT),
    Row(ag.resize,        np.resize,        None,                RESIZE),

    # diagonals
    Row(ag.diagonal,      np.diagonal,      torch_diagonal,      DIAGONAL),
    Row(ag.diag,          np.diag,          lambda x, k=0: torch.diag(x, k), DIAG),
    Row(ag.diagflat,      np.diagflat,      lambda x, k=0: torch.diagflat(x, k), FLAT),
    Row(ag.trace,         np.trace,         None,                TRACE),
    Row(ag.tril,          np.tril,          lambda x, k=0: torch.tril(x, k), TRIANGLE),
    Row(ag.triu,          np.triu,          lambda x, k=0: torch.triu(x, k), TRIANGLE),
    Row(ag.tril,          np.tril,          None,                cases("3"), name="tril of a vector"),
    Row(ag.triu,          np.triu,          None,                cases("3", k=1), name="triu of a vector"),
    Row(ag.vander,        vander,           torch_vander,        VANDER),
    Row(ag.vander,        vander,           None,                [at([-1.5, 0.0, 2.0])], name="vander at 0"),
    Row(_place_diagonal,  within,           None,                WITHIN),

    # longer and shorter
    Row(pad,              np.pad,           None,                [*PAD, *CONSTANT, *MODES, *FAR, *ODD, *OPTIONS]),
    Row(trimmed(trim_zeros), trimmed(np.trim_zeros), None,       TRIM,     name="trim_zeros"),
    Row(inserted(insert), inserted(np.insert), None,             INSERT,   name="insert"),
    Row(delete,           np.delete,        None,                DELETE),
]
# fmt: on
