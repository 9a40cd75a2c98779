"""Programs nobody wrote, checked against NumPy, PyTorch, finite differences and themselves.

`RANDOM_PROGRAMS=10000` in the environment tries that many, other ones every time.
"""

import gc
import os
import sys
from collections import Counter
from functools import partial
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import given, settings

import autograd as ag
from tests.randomprograms import INSTRUCTIONS, programs

MANY = int(os.environ.get("RANDOM_PROGRAMS", "0"))
some = settings(max_examples=MANY or 1500, derandomize=not MANY, deadline=None, database=None)

# -- NumPy's names in PyTorch ------------------------------------------------------------------------------------------


def numbers_too(function):
    """A PyTorch function that wants tensors, given numbers too."""
    return lambda *xs: function(*[torch.as_tensor(x, dtype=torch.float64) for x in xs])


def over(function):
    """A PyTorch reduction under NumPy's arguments."""

    def reduce(x, axis, keepdims=False):
        if not x.ndim:
            return function(x[None], dim=(0,), keepdim=False)
        return function(x, dim=tuple(range(x.ndim)) if axis is None else axis, keepdim=keepdims)

    return reduce


def prod(x, dim, keepdim):
    """PyTorch's goes along one axis at a time."""
    for i in sorted({i % x.ndim for i in np.atleast_1d(dim).tolist()}, reverse=True):
        x = x.prod(dim=i, keepdim=keepdim)
    return x


def diagonal(x):
    return torch.diagonal(x, dim1=-2, dim2=-1)


def along(function, name="dim"):
    """A PyTorch function of one axis, by the name that it has there."""
    return lambda x, axis: function(x, **{name: [axis] if name == "dims" else axis})


TORCH = SimpleNamespace(  # NumPy's names
    abs=torch.abs, arcsin=torch.arcsin, arcsinh=torch.arcsinh, arctan=torch.arctan, arctan2=torch.arctan2,
    cbrt=lambda x: x ** (1 / 3), clip=torch.clip, cos=torch.cos, exp=torch.exp, exp2=torch.exp2, expm1=torch.expm1,
    hypot=torch.hypot, log=torch.log, log1p=torch.log1p, logaddexp=torch.logaddexp, maximum=numbers_too(torch.maximum),
    minimum=numbers_too(torch.minimum), reciprocal=torch.reciprocal, sin=torch.sin, sinc=torch.sinc, sqrt=torch.sqrt,
    square=torch.square, tanh=torch.tanh, where=torch.where, array=torch.tensor, eye=torch.eye,

    sum=over(torch.sum), mean=over(torch.mean), prod=over(prod), max=over(torch.amax), min=over(torch.amin),
    var=over(partial(torch.var, correction=0)), std=over(partial(torch.std, correction=0)),
    cumsum=along(torch.cumsum), cumprod=along(torch.cumprod), diff=along(torch.diff),
    trapezoid=along(torch.trapezoid), gradient=lambda x, axis: torch.gradient(x, dim=axis)[0],
    sort=lambda x, axis: torch.sort(x, dim=axis).values, median=lambda x, axis: torch.quantile(x, 0.5, dim=axis),
    argsort=along(torch.argsort), take_along_axis=torch.take_along_dim,

    transpose=torch.permute, swapaxes=torch.swapaxes, moveaxis=torch.moveaxis, expand_dims=along(torch.unsqueeze),
    reshape=torch.reshape, ravel=torch.ravel, squeeze=torch.squeeze, broadcast_to=torch.broadcast_to,
    flip=along(torch.flip, "dims"), roll=lambda x, n, axis: torch.roll(x, n, axis),
    take=lambda x, index, axis: torch.index_select(x, axis, index), tile=lambda x, n: torch.tile(x, (n,)),
    repeat=lambda x, n, axis: torch.repeat_interleave(x, n, axis), pad=lambda x, n: F.pad(x, (n, n) * x.ndim),
    concatenate=torch.concatenate, stack=torch.stack, tril=torch.tril, triu=torch.triu,
    diagonal=lambda x, **axes: diagonal(x), trace=lambda x, **axes: diagonal(x).sum(-1),

    outer=lambda x, y: torch.outer(x.ravel(), y.ravel()), inner=torch.inner, dot=torch.matmul,
    kron=lambda x, y: torch.kron(x.contiguous(), y.contiguous()),
    tensordot=lambda x, y, axes: torch.tensordot(x, y, dims=axes), einsum=torch.einsum, linalg=SimpleNamespace(
        inv=torch.linalg.inv, det=torch.linalg.det, slogdet=torch.linalg.slogdet, solve=torch.linalg.solve,
        norm=along(torch.linalg.norm),
    ),
)  # fmt: skip


# -- running one -------------------------------------------------------------------------------------------------------


def leaves(program):
    """Tensors that hold the very arrays of the program, which are read-only."""
    xs = [ag.tensor(np.zeros_like(x), requires_grad=True) for x in program.arrays]
    for x, array in zip(xs, program.arrays):
        x.data = array
    return xs


def raw(tensors):
    return [t.data for t in tensors]


def random_like(xs, seed):
    rng = np.random.default_rng(seed)
    return [np.asarray(rng.uniform(-1, 1, np.shape(x)), x.dtype)[()] for x in xs]


def inner(xs, ys):
    return sum((x * y).sum() for x, y in zip(xs, ys))


def in_torch(program, us, vs):
    """Values, gradients of ⟨u, out⟩, and gradients of ⟨v, gradients⟩; all in float64."""
    xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in program.arrays]
    outs = program.run(TORCH, *xs)
    gs = torch.autograd.grad(inner(outs, map(torch.as_tensor, us)), xs, create_graph=True, materialize_grads=True)
    s = inner(gs, map(torch.as_tensor, vs))
    hs = torch.autograd.grad(s, xs, materialize_grads=True) if s.requires_grad else map(torch.zeros_like, xs)
    return [[x.detach().clone().numpy() for x in part] for part in (outs, gs, hs)]  # some zeros there have no memory


@some
@given(programs())
def test_a_random_program(program):
    expected = program(*program.arrays)
    us, vs = random_like(expected, 1), random_like(program.arrays, 2)
    outs, gs, hs = in_torch(program, us, vs)
    check_values(program, expected, outs)
    check_gradients(program, us, gs)
    check_second_order(program, us, vs, hs)
    check_modes(program, us, vs, gs)
    check_differences(program, us, vs, gs)
    check_memory(program)


def check_values(program, expected, in_torch):
    program.agree(expected, in_torch, "NumPy's result")
    for xs in (leaves(program), [ag.tensor(x) for x in program.arrays]):
        outs = program(*xs)
        assert [(out.shape, out.dtype) for out in outs] == [(x.shape, x.dtype) for x in expected]
        assert all(out.requires_grad == xs[0].requires_grad for out in outs)
        program.agree(raw(outs), expected, "value")


def check_gradients(program, us, expected):
    """A gradient has its leaf's shape and dtype, and a second backward doubles it."""
    xs = leaves(program)
    loss = inner(program(*xs), us)
    loss.backward(retain_graph=True)
    assert [(x.grad.shape, x.grad.dtype) for x in xs] == [(x.shape, x.dtype) for x in xs]
    gs = [x.grad.data for x in xs]
    program.agree(gs, expected, "gradient")
    loss.backward()
    for x, g in zip(xs, gs):
        np.testing.assert_array_equal(x.grad.data, g + g)
        assert not np.ndim(x.data) or not x.data.flags.writeable


def check_second_order(program, us, vs, expected):
    xs = leaves(program)
    gs = ag.gradients(inner(program(*xs), us), xs, create_graph=True)
    s = inner(gs, vs)
    hs = raw(ag.gradients(s, xs)) if s.requires_grad else [np.zeros_like(x) for x in program.arrays]
    program.agree(hs, expected, "second-order gradient")


def check_modes(program, us, vs, gs):
    """⟨u, J v⟩ = ⟨Jᵀ u, v⟩."""
    outs, douts = ag.jvp(program, tuple(program.arrays), tuple(vs))
    assert [(out.shape, out.dtype) for out in outs] == [(dout.shape, dout.dtype) for dout in douts]
    _, pullback = ag.vjp(program, *program.arrays)
    pulled = pullback(tuple(us))
    program.agree(pulled, gs, "vjp")
    scale = sum(np.abs(g).sum() for g in gs) + 1
    program.agree([inner(us, douts)], [inner(pulled, vs)], "directional derivative", scale)


def check_differences(program, us, vs, gs):
    """The slope along v lies between the difference quotients on its two sides."""
    if any(x.dtype != np.float64 for x in program.arrays):
        return
    h, found = 1e-6, inner(gs, vs)
    behind, here, ahead = (inner(us, program(*[x + s * v for x, v in zip(program.arrays, vs)])) for s in (-h, 0, h))
    slopes = sorted([(here - behind) / h, (ahead - here) / h])
    slack = 1e-4 * (sum(np.abs(g).sum() for g in gs) + 1)
    assert slopes[0] - slack <= found <= slopes[1] + slack


def check_memory(program):
    """With the last result the whole graph goes, at once: nothing refers to the leaves any more."""
    gc.disable()
    try:
        xs = leaves(program)
        before = [sys.getrefcount(x.node) for x in xs]
        gs = ag.gradients(inner(program(*xs), [1] * 20), xs, create_graph=True)
        del gs
        assert [sys.getrefcount(x.node) for x in xs] == before
    finally:
        gc.enable()


def test_programs_are_made_of_every_instruction():
    seen = Counter()

    @settings(some, max_examples=200)
    @given(programs())
    def collect(program):
        seen.update(program.kinds)

    collect()
    assert seen.keys() == {instruction.__name__ for instruction in INSTRUCTIONS}
