"""`autograd.linalg`. Where signs are arbitrary, functions are tried that do not depend on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograd import linalg
from autograd.linalg.ties import over_gaps
from tests.optable.case import Case, Row, case, cases, joined

LA, TH = np.linalg, torch.linalg


def every(made: Callable[[Any], Callable[..., Any]]) -> list[Callable[..., Any]]:
    """One function written once for our linear algebra, NumPy's, and PyTorch's."""
    return [made(la) for la in (linalg, LA, TH)]


def ours(made: Callable[[Any], Callable[..., Any]]) -> list[Any]:
    """The same for what PyTorch does not have, or not as NumPy does."""
    return [*every(made)[:2], None]


def definite(x: Any) -> Any:
    """A symmetric matrix, whose eigenvalues are positive for entries up to 1."""
    n = x.shape[-1]
    return x + x.mT + 3 * n * (torch.eye(n, dtype=x.dtype) if isinstance(x, torch.Tensor) else np.eye(n, dtype=x.dtype))


def flow(w: Any, v: Any) -> Any:
    """The cube of a matrix, from its eigenvalues and eigenvectors."""
    return (v * (w * w * w)[..., None, :]) @ v.mT


def bent(u: Any, s: Any, vh: Any) -> Any:
    """A matrix with its singular values squared."""
    return (u * (s * s)[..., None, :]) @ vh


def projector(x: Any) -> Any:
    """On the space of the columns: the same for every basis of it."""
    return x @ x.mT


def torch_norm(x: torch.Tensor, ord: Any = None, axis: Any = None, keepdims: bool = False) -> torch.Tensor:
    return TH.norm(x, ord, axis, keepdims)


def torch_vector_norm(x: torch.Tensor, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> torch.Tensor:
    return TH.vector_norm(x, ord, axis, keepdims)


def torch_cond(x: torch.Tensor, p: Any = None) -> torch.Tensor:
    """PyTorch's own is not differentiable twice."""
    return TH.cond(x, p) if p in (None, 2, -2) else TH.norm(x, p, (-2, -1)) * TH.norm(TH.inv(x), p, (-2, -1))


def orders(spec: str, *values: Any, **params: Any) -> list[Case]:
    return [case(spec, ord=ord, **params) for ord in values]


# fmt: off
SQUARE    = cases("1x1 2x2 3x3 2x3x3 0x2x2")
SYSTEMS   = cases("3x3,3x2 2x3x3,3x2 3x3,2x3x1 2x3x3,2x3x2 3x3,3x0")
SHAPES    = cases("3x3 4x2 2x4 2x3x2 1x1")
VECTORS   = [*cases("3 2x3 2x3x2 () 1"), case("2x3", axis=1), case("2x3", axis=0, keepdims=True),
             case("2x3x2", axis=(0, 2)), case("2x3", keepdims=True), case("0")]
POWERS    = [*orders("4", 1, 2, 3, 1.5, np.inf, -np.inf, -1, -2.5, 0.5), *orders("2x3", 1, 3, np.inf, axis=0),
             *orders("2x3", 1, 2.5, -np.inf, axis=-1, keepdims=True)]
MATRICES  = [*orders("3x2", "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf), *orders("2x3x2", "nuc", 1, axis=(0, 2)),
             *orders("2x3", np.inf, axis=(-1, 0)), *orders("2x2x3", "nuc", 2, -1, axis=(2, 1), keepdims=True)]
STACKS    = [case("2x3x2"), case("2x2", ord="nuc"), case("2x3x2", ord=1), case("2x3x2", ord=2, keepdims=True)]
DEFAULTS  = [*cases("3 2x3 2x3x2"), case("2x3", ord=1, axis=1)]
CONDS     = [*cases("3x3 2x3x3"), *[case("3x3", p=p) for p in (2, -2, "fro", "nuc", 1, np.inf)]]
CHAINS    = cases("2x3,3x2 2x3,3x4,4x1 3,3x4,4x2 2x3,3x4,4 3,3x2,2 2x5,5x2,2x4,4x3")
POWER     = [*[case("3x3", n=n) for n in (1, 2, 3, 6, -1, -3)], case("2x2x2", n=3)]
DIAGONALS = [*cases("3x3 2x3x2"), case("2x3x4", offset=1), case("3x2", offset=-1)]

ROWS = [
    # equations
    Row(linalg.inv,         LA.inv,         TH.inv,         SQUARE),
    Row(linalg.solve,       LA.solve,       TH.solve,       SYSTEMS),
    Row(linalg.solve,       LA.solve,       None,           cases("3x3,3 2x3x3,3"), name="solve for a vector"),
    Row(linalg.pinv,        LA.pinv,        TH.pinv,        cases("3x3 4x2 2x4 2x3x2 2x2x3")),
    Row(*every(lambda la: lambda x, y: la.pinv(x @ y, rtol=1e-4)), cases("4x2,2x3 3x1,1x4"), name="pinv of lower rank"),
    Row(*every(lambda la: lambda x, y: la.lstsq(x, y)[0]),        cases("4x2,4x3 3x3,3x1"), name="lstsq"),
    Row(*ours(lambda la: lambda x, y: la.lstsq(x, y)[0]),         cases("4x2,4 2x4,2 2x3,2x2"), name="lstsq, vectors"),
    Row(*ours(lambda la: lambda x, y: la.lstsq(x, y)[1]),         cases("4x2,4x3 4x2,4"), name="lstsq, what is left"),
    Row(*ours(lambda la: lambda x: la.lstsq(x, x)[3]),            cases("4x2"), name="lstsq, singular values"),
    Row(linalg.tensorinv,   LA.tensorinv,   TH.tensorinv,   [case("4x2x2", ind=1), case("2x2x4")]),
    Row(linalg.tensorsolve, LA.tensorsolve, None,           [*cases("2x2x4,2x2 4x4,4"), case("2x4x2,4", axes=(0,))]),

    # determinants
    Row(linalg.det,         LA.det,         TH.det,         SQUARE),
    Row(*every(lambda la: lambda x: la.slogdet(x)[1]),            cases("1x1 3x3 2x3x3"), name="slogdet"),

    # factors
    Row(*every(lambda la: lambda x, upper=False: la.cholesky(definite(x), upper=upper)),
        [*SQUARE, case("2x3x3", upper=True)], (-1, 1), name="cholesky"),
    Row(*every(lambda la: lambda x: la.qr(x)[0]),                 SHAPES, name="qr"),
    Row(*every(lambda la: lambda x: la.qr(x)[1]),                 SHAPES, name="qr, the triangle"),
    Row(*ours(lambda la: lambda x: la.qr(x, "complete")[1]),      cases("4x2 2x3 3x3"), name="qr, completed"),
    Row(*ours(lambda la: lambda x: la.qr(x, mode="r")),           cases("4x2 2x3x3"), name="qr, the triangle alone"),
    Row(*ours(lambda la: lambda x: projector(la.qr(x, "complete")[0][..., 2:])), cases("3x2 2x5x2"), name="complement"),

    # eigenvalues
    Row(*every(lambda la: lambda x: la.eigh(x + x.mT)[0]),        SQUARE, name="eigh"),
    Row(*every(lambda la: lambda x: la.eigh(x + x.mT)[1] ** 2),   cases("3x3 2x2x2"), name="vectors"),
    Row(*every(lambda la: lambda x: flow(*la.eigh(x + x.mT))),    cases("3x3 2x2x2"), name="eigh, all of it"),
    Row(*every(lambda la: lambda x: la.eigh(x + x.mT, UPLO="U")[1] ** 2), cases("3x3 2x2x2"), name="eigh, upper"),
    Row(*every(lambda la: lambda x: 1 / (9 + la.eigvalsh(x + x.mT))), SQUARE, (-1, 1), name="eigvalsh"),

    # singular values
    Row(*ours(lambda la: lambda x: la.svd(x)[1]),                 SHAPES, name="svd"),
    Row(*every(lambda la: lambda x: bent(*la.svd(x, full_matrices=False))),    SHAPES, name="svd, all of it"),
    Row(*every(lambda la: lambda x: la.svd(x, full_matrices=False)[0] ** 2),   cases("3x3 4x2 2x4"), name="svd, left"),
    Row(*every(lambda la: lambda x: la.svd(x, full_matrices=False)[2] ** 2),   cases("3x3 4x2 2x4"), name="svd, right"),
    Row(*ours(lambda la: lambda x: projector(la.svd(x)[0][..., 2:])),          cases("4x2 2x3x2"), name="svd, U"),
    Row(*ours(lambda la: lambda x: projector(la.svd(x)[2].mT[..., 2:])),       cases("2x4 2x2x3"), name="svd, V"),
    Row(linalg.svdvals,     LA.svdvals,     TH.svdvals,     SHAPES),

    # norms
    Row(linalg.vector_norm, LA.vector_norm, torch_vector_norm, VECTORS, name="norm"),
    Row(linalg.vector_norm, LA.vector_norm, torch_vector_norm, POWERS),
    Row(linalg.norm,        LA.norm,        None,           DEFAULTS, name="norm by default"),
    Row(linalg.norm,        LA.norm,        torch_norm,     MATRICES, name="norm of matrices"),
    Row(linalg.matrix_norm, LA.matrix_norm, None,           STACKS),
    Row(linalg.cond,        LA.cond,        torch_cond,     CONDS),

    # products
    Row(*every(lambda la: joined(lambda xs, axis: la.multi_dot(xs))), CHAINS, name="multi_dot"),
    Row(linalg.matrix_power, LA.matrix_power, TH.matrix_power, POWER),
    Row(linalg.cross,       LA.cross,       TH.cross,       cases("3,3 2x3,2x3")),
    Row(linalg.outer,       LA.outer,       torch.outer,    cases("2,3")),
    Row(linalg.diagonal,    LA.diagonal,    None,           DIAGONALS),
    Row(linalg.trace,       LA.trace,       None,           DIAGONALS),

    # what the rules are made of
    Row(over_gaps,          lambda x, y, why: x / y, lambda x, y, why: x / y,  cases("2x3,3 3x3,3x3", why=""),
        [(-2, 2), (0.5, 2)]),
]
# fmt: on
