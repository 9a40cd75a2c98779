"""docs/policies.md: what was decided once, with the tables that the tests check."""

from __future__ import annotations

from docs.markdown import code, table
from tests import policytable

PAGE = """\
# What is decided once

Where NumPy or the mathematics leaves a choice, it is made here, once for all functions. The tables are the ones that
`tests/test_policies.py` checks, in float32 and float64, in both modes and to second order; they are written in
`tests/policytable.py`, and `make docs` makes this page of them.

## Numbers

- Arrays are NumPy's: they broadcast, index and promote as `numpy.ndarray` does. `tensor(2.0)` is float64, and a Python
  number takes the dtype of what it meets, so float32 in is float32 out, at every step and in every gradient.
- Results without axes are NumPy scalars, as NumPy's own are.
- A gradient has the shape and dtype of the leaf that it belongs to.
- Real floating numbers have gradients. Integers, booleans and complex numbers are constants: `requires_grad=True`
  raises for them, and a gradient that came out complex raises, too.
- Arrays, NumPy's scalars, Python's numbers and nested lists can stand on either side of an operator.

## Kinks

Where a function has a kink, every number between the slope on the left and the slope on the right is a *subgradient*.
Ours is the one nearest to 0, and for several entries together the vector of the least norm: what ties for a maximum
shares its slope equally. `x` and the slope are lists, entry by entry.

{entrywise}

The same holds for reductions and sorts, whose slope is that of the sum of all results.

{of_arrays}

Of matrices, the slope is one number for each entry. Where eigenvalues or singular values are equal they have slopes,
but their vectors have none: functions of those raise `LinAlgError`, and so do second derivatives.

{matrices}

Some slopes are infinite on every side that there is. They stay so.

{infinite}

## Branches not taken

`where` gives the branch that is not taken a gradient of 0, and 0 it stays, whatever is infinite or undefined on the way
back: a zero cotangent times an infinite slope is 0. So a formula can be guarded where it has no value.

{branches}

A NaN in the values is passed on, and where the function itself has no slope, as √x left of 0, the slope is NaN.

## Extreme inputs

These functions have the value and the slope that mathematics gives them however far out `x` is, and a second
derivative that is finite. `far` is 10⁴ in float32 and 10³⁰⁰ in float64. Where NumPy computes by way of a number that
does not fit into the dtype, as `var` does by squares, we overflow with it.

{extremes}

## Powers and products

A power has a slope by its base wherever it is real, and one by its exponent where the base is not negative. At x = 0,
xʸ ln x is taken to be its limit, 0.

{powers}

A product knows its slopes where entries are 0, one or several, because it is never divided by them.

{products}

## backward

- `backward()` adds to the `.grad` of every leaf. `x.grad = None` forgets what was added.
- A result that is not a scalar needs `gradient=`, the cotangent to begin with.
- Results keep no gradient of their own, unless asked by `x.retain_grad()` before; reading it otherwise warns and says
  so.
- The arrays that the graph kept are let go as they are used. A second `backward()` through them raises, unless the
  first one had `retain_graph=True`; with it, the second sees nothing of the cotangents of the first.
- Recording is on or off for each thread and each async task by itself. Threads may add to one leaf: nothing is lost.
- A copy by `copy.deepcopy` or `pickle` has the values of the original and its `requires_grad`, and no graph.

## Edits in place

- `x += y` and `x[i] = y` of a result are differentiated: it takes on a new value, and whatever was computed from the
  old one keeps that.
- A leaf that requires grad is edited inside `no_grad()`, and raises outside.
- A view cannot be edited while recording, as the edit would not reach the array whose memory it shares.
- Where an edit has changed what a derivative would read, `backward()` raises and names it. A gradient is never silently
  wrong.

## Errors

- An error names the op, the shapes that it met, and what to do; it is raised before anything has changed.
- What would lose a gradient raises: `float(x)`, `np.asarray(x)`, and [NumPy's functions without a rule](coverage.md).
  To take a value out of the graph on purpose there are `x.detach()`, `x.item()` and `x.numpy()`.
- The losses of `nn` do not broadcast, and class targets must be integers in range.
"""


def page() -> str:
    """The text of docs/policies.md."""
    return PAGE.format(
        entrywise=_kinks(policytable.ENTRYWISE),
        of_arrays=_kinks(policytable.OF_ARRAYS),
        matrices=_kinks(policytable.MATRICES),
        infinite=_kinks(policytable.INFINITE),
        branches=table(["function", "x", "value", "slope"], [map(code, row) for row in policytable.BRANCHES]),
        extremes=table(["function", "x", "value", "slope"], [map(code, row) for row in policytable.EXTREMES]),
        powers=table(["x", "y", "x ** y", "slope by x", "slope by y"], [map(code, row) for row in policytable.POWERS]),
        products=table(["function", "x", "gradient", "Hessian"], [map(code, row) for row in policytable.PRODUCTS]),
    )


def _kinks(rows: list[policytable.Kink]) -> str:
    columns = ["function", "x", "slope", "why"]
    return table(columns, [[code(row.source), code(row.at), code(row.slope), row.why] for row in rows])
