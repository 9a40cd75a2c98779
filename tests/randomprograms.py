"""Random programs: NumPy source for arrays, for Tensors, and for PyTorch under another `np`.

A program is plain text. It is written one instruction at a time and run as it is written, so that shapes fit and values
stay within bounds and away from kinks. Printed, it can be pasted and run.
"""

import contextlib
import itertools
import math
import random
import re
import string
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from hypothesis import strategies as st

LENGTH = 8  # instructions at most
LARGEST = 8.0  # values beyond are scaled down, so that rounding stays small
APART = 1e-2  # how far from a kink values stay, so that rounding cannot change sides


@dataclass(frozen=True)
class Program:
    """Arguments by name, and source. `kinds` names the instructions that it is made of."""

    leaves: dict
    source: str
    kinds: tuple = ()

    def __repr__(self):
        given = [f"{name} = np.array({x.tolist()}, np.{x.dtype}).reshape{x.shape}" for name, x in self.leaves.items()]
        return "\n".join(["", *given, "", self.source, ""])

    def _repr_pretty_(self, printer, cycle):
        printer.text(repr(self))  # else Hypothesis prints how it was constructed

    @cached_property
    def run(self):
        """The function of a namespace and the arguments that the source defines."""
        scope = {}
        exec(self.source, scope)
        return scope["program"]

    def __call__(self, *xs):
        return self.run(np, *xs)

    @property
    def arrays(self):
        return list(self.leaves.values())

    def agree(self, got, expected, what, scale=0.0):
        """Tightly where all is float64, loosely elsewhere, beside the largest number involved."""
        tolerance = 1e-9 if all(x.dtype == np.float64 for x in self.arrays) else 2e-3
        scale = max([1.0, scale, *(np.max(np.abs(x)) for x in expected if np.size(x))])
        for i, (x, y) in enumerate(zip(got, expected, strict=True)):
            assert np.shape(x) == np.shape(y), f"{what} {i}"
            np.testing.assert_allclose(x, y, rtol=tolerance, atol=tolerance * scale, err_msg=f"{what} {i}")


# -- writing one -------------------------------------------------------------------------------------------------------


class Writer:
    """A program in the making. It is run as it is written: the values decide what may follow."""

    def __init__(self, seed):
        rng = self.rng = random.Random(seed)
        dtypes = self.one_of(["float64"], ["float64"], ["float32"], ["float32", "float64"])
        longest = [self.one_of(1, 2, 2, 2, 3, 3, 3, 4) for _ in range(self.one_of(0, 1, 2, 2, 3))]
        longest = [n * self.one_of(*[1] * 20, 0) for n in longest]
        self.leaves = {}
        for name in "xyz"[: rng.randint(1, 3)]:
            shape = [self.one_of(n, n, 1) for n in longest[rng.choice([0, 0, rng.randint(0, len(longest))]) :]]
            x = np.reshape([rng.uniform(-2, 2) for _ in range(math.prod(shape))], shape).astype(self.one_of(*dtypes))
            x.flags.writeable = False
            self.leaves[name] = x[()]
        self.values, self.blocks, self.kinds = dict(self.leaves), dict.fromkeys(self.leaves, ()), []

    def one_of(self, *choices):
        return self.rng.choice(choices)

    def pick(self, fits=lambda x: True):
        """The name of a value, and the value; None twice where none fits."""
        names = [name for name, x in self.values.items() if fits(x)]
        name = self.one_of(*names, *names[-2:]) if names else None
        return name, self.values.get(name)

    def axis(self, x):
        """One axis, counted from either end."""
        return self.rng.randint(-x.ndim, x.ndim - 1)

    def pair(self, fits=lambda x, y: True):
        """Two values that broadcast; one may come twice."""
        x, a = self.pick()
        y, b = self.pick(lambda b: _broadcasts(a, b) and fits(a, b))
        return x, a, y, b

    def write(self, name, instruction):
        """Append `name = ...`, unless the instruction finds nothing to work on or the result is out of bounds."""
        text = instruction(self)
        if text is None:
            return
        text = text if "{out}" in text else f"{{out}} = {text}"
        lines = text.format(out=name).split("; ")
        scope = {"np": np, **self.values}
        exec("\n".join(lines), scope)
        out = scope[name]
        if out.ndim > 4 or out.size > 60 or not (np.abs(out) < 1e3).all():
            return
        if (np.abs(out) > LARGEST).any():
            lines.append(f"{name} = {name} / 64")
            out = out / 64
        self.values[name], self.blocks[name] = out, lines
        self.kinds.append(instruction.__name__)

    def program(self):
        """It returns what nothing reads, so that everything counts."""
        read = {name: set(re.findall(r"\w+", "\n".join(lines))) for name, lines in self.blocks.items()}
        results = [name for name in read if not any(name in words for other, words in read.items() if other != name)]
        lines = [*itertools.chain(*self.blocks.values()), f"return {', '.join(results)},"]
        source = "\n    ".join([f"def program(np, {', '.join(self.leaves)}):", *lines])
        return Program(self.leaves, source, tuple(self.kinds))


@st.composite
def programs(draw):
    """A seed for each instruction: a failing program is made smaller by leaving some out."""
    first, *seeds = draw(st.lists(st.integers(0, 2**32), min_size=2, max_size=LENGTH + 1))
    writer = Writer(first)
    for name, seed in zip(string.ascii_lowercase, seeds):
        writer.rng = random.Random(seed)
        writer.write(name, writer.one_of(*INSTRUCTIONS))
    return writer.program()


def _broadcasts(*xs):
    with contextlib.suppress(ValueError):
        return len(np.broadcast_shapes(*map(np.shape, xs))) < 5
    return False


def _apart(x):
    """Whether no two entries are nearly equal."""
    return x.size > 0 and (np.diff(np.sort(x, axis=None)) > APART).all()


def _away(x, *kinks):
    """Whether no entry is near one of the kinks."""
    return all((np.abs(x - kink) > APART).all() for kink in kinks)


def _has_axes(x):
    return x.ndim > 0


# -- instructions ------------------------------------------------------------------------------------------------------
# Each looks at the values there are and spells a statement, or gives up with None. What has kinks keeps away from them:
# PyTorch's choice there may differ from ours, and rounding may choose another side.


def smooth(w):
    x, _ = w.pick()
    return w.one_of(
        f"np.sin({x})", f"np.cos({x})", f"np.tanh({x})", f"np.arctan({x})", f"np.arcsinh({x})", f"np.square({x})",
        f"np.sinc(2 + np.sin({x}))", f"np.exp(-{x} * {x})", f"np.expm1(-{x} ** 2)", f"np.exp2(-{x})", f"2.0 ** -{x}",
        f"np.log1p({x} ** 2)", f"np.log(2 - np.cos({x}))", f"np.sqrt(1 + {x} * {x})", f"np.cbrt(2 + np.sin({x}))",
        f"np.arcsin(np.sin({x}) / 2)", f"1 / (1 + {x} * {x})", f"np.reciprocal(2 - np.sin({x}))", f"{x} ** 3",
        f"-{x}", f"3 * {x} - 0.5",
    )  # fmt: skip


def with_constant(w):
    x, a = w.pick()
    n = a.shape[-1] if a.ndim else 1
    numbers = w.rng.choices(range(-3, 4), k=n) or [2]
    truths = w.rng.choices([True, False], k=n) or [True]
    return w.one_of(
        f"{x} * np.array({numbers})", f"np.array({numbers}) - {x}", f"{x} * np.array({truths})",
        f"np.where(np.array({truths}), {x}, 0.5)", f"np.where(np.array({truths}), np.array({numbers}), {x})",
    )  # fmt: skip


def binary(w):
    x, _, y, _ = w.pair()
    return w.one_of(
        f"{x} + {y}", f"{x} - {y}", f"{x} * {y}", f"{x} / (1 + {y} * {y})", f"(1 + {x} * {x}) ** np.sin({y})",
        f"np.hypot({x}, 1 + {y} * {y})", f"np.arctan2({x}, 1 + {y} * {y})", f"np.logaddexp({x}, {y})",
    )  # fmt: skip


def unary_kink(w):
    x, _ = w.pick(lambda a: _away(a, -0.5, 0, 1))
    return x and w.one_of(f"np.abs({x})", f"np.clip({x}, -0.5, 1.0)", f"np.maximum({x}, 0)", f"np.minimum(1.0, {x})")


def choice(w):
    x, _, y, _ = w.pair(lambda a, b: _away(a - b, 0))
    return y and w.one_of(
        f"np.maximum({x}, {y})", f"np.minimum({x}, {y})", f"np.where({x} > {y}, {x}, -{y})",
        f"np.where({x} < {y}, np.sin({x}), {y})",
    )  # fmt: skip


def reduction(w):
    x, a = w.pick(lambda a: a.size > 0)
    if x is None:
        return None
    axes = w.rng.sample(range(a.ndim), w.rng.randint(0, a.ndim))
    axis = tuple(i - w.one_of(0, a.ndim) for i in axes) or None
    names = ["sum", "mean", "prod", "var"]
    names += ["std"] if (np.var(a, axis=axis) > APART).all() else []
    names += ["max", "min"] if _apart(a) else []
    return f"np.{w.one_of(*names)}({x}, axis={axis}, keepdims={w.one_of(True, False)})"


def fold(w):
    x, a = w.pick(_has_axes)
    return x and f"np.{w.one_of('sum', 'prod')}({x}, axis={w.axis(a)})"


def scan(w):
    x, a = w.pick(lambda a: a.ndim and a.size and max(a.shape) > 1)
    if x is None:
        return None
    i = w.one_of(*[i - a.ndim for i, n in enumerate(a.shape) if n > 1])
    return f"np.{w.one_of('cumsum', 'cumprod', 'diff', 'trapezoid', 'gradient')}({x}, axis={i})"


def order(w):
    x, a = w.pick(lambda a: a.ndim and _apart(a))
    if x is None:
        return None
    i = w.axis(a)
    return w.one_of(
        f"np.sort({x}, axis={i})", f"np.median({x}, axis={i})",
        f"np.take_along_axis({x}, np.argsort(-{x}, axis={i}), axis={i})",
    )  # fmt: skip


def basic_index(w):
    x, a = w.pick()
    return f"{x}[{_basic(w, a)}]"


def fancy_index(w):
    x, a = w.pick(lambda a: a.ndim and a.size)
    if x is None:
        return None
    shape = w.one_of((1,), (3,), (2, 2))
    index = [np.reshape(w.rng.choices(range(-n, n), k=math.prod(shape)), shape).tolist() for n in a.shape]
    parts = [w.one_of(f"np.array({part})", f"np.array({part})", ":") for part in index]
    return f"{x}[{', '.join(parts[: w.rng.randint(1, a.ndim)])}]"


def mask(w):
    x, a = w.pick(lambda a: a.ndim and a.size)
    if x is None:
        return None
    shape = a.shape[: w.rng.randint(1, a.ndim)]
    return f"{x}[np.array({np.reshape(w.rng.choices([True, True, False], k=math.prod(shape)), shape).tolist()})]"


def assignment(w):
    """In place, on a copy; what is written must fit what it replaces."""
    x, a = w.pick(_has_axes)
    if x is None:
        return None
    index = _basic(w, a)
    y, _ = w.pick(lambda b: _fits(b, np.shape(eval(f"a[{index}]", {"a": a}))))
    return f"{{out}} = {x} * 1; {{out}}[{index}] = {y or 0.5}"


def update(w):
    x, a = w.pick()
    y, _ = w.pick(lambda b: _fits(b, a.shape) and (a.ndim or b.dtype == a.dtype))  # NumPy rebinds scalars
    return f"{{out}} = {x} * 1; {{out}} {w.one_of('+=', '-=', '*=')} {y or 0.5}"


def rearranged(w):
    x, a = w.pick(_has_axes)
    if x is None:
        return None
    i, j = w.axis(a), w.axis(a)
    order = tuple(w.rng.sample(range(a.ndim), a.ndim))
    return w.one_of(
        f"np.transpose({x}, {order})", f"np.swapaxes({x}, {i}, {j})", f"np.moveaxis({x}, {i}, {j})",
        f"np.expand_dims({x}, axis={i})", f"np.flip({x}, axis={i})", f"np.roll({x}, {j}, axis={i})",
    )  # fmt: skip


def repeated(w):
    x, a = w.pick(lambda a: a.ndim and a.size)
    if x is None:
        return None
    i = w.axis(a)
    chosen = w.rng.choices(range(a.shape[i]), k=3)
    return w.one_of(
        f"np.take({x}, np.array({chosen}), axis={i})", f"np.repeat({x}, 2, axis={i})", f"np.tile({x}, 2)",
        f"np.pad({x}, 1)",
    )  # fmt: skip


def reshaped(w):
    x, a = w.pick()
    shape = a.shape[::-1]
    return w.one_of(
        f"np.reshape({x}, {shape})", f"np.reshape({x}, ({a.size},))", f"np.ravel({x})", f"np.squeeze({x})",
        f"np.broadcast_to({x}, {(2, *a.shape)})",
    )  # fmt: skip


def joined(w):
    x, a = w.pick(_has_axes)
    if x is None:
        return None
    axis = w.axis(a)
    rest = lambda b: b.ndim == a.ndim and np.delete(b.shape, axis).tolist() == np.delete(a.shape, axis).tolist()  # noqa: E731
    y, _ = w.pick(rest)
    return f"np.concatenate([{', '.join(w.one_of((x, y), (y, x), (x, y, x)))}], axis={axis})"


def stacked(w):
    x, a = w.pick()
    y, _ = w.pick(lambda b: b.shape == a.shape)
    return f"np.stack([{x}, {y}], axis={w.rng.randint(-a.ndim - 1, a.ndim)})"


def product(w):
    x, a = w.pick(_has_axes)
    if x is None:
        return None
    y, b = w.pick(_has_axes)
    texts = [f"np.kron({x}, {y})", f"np.outer({x}, {y})", f"np.tensordot({x}, {y}, axes=0)"]
    texts += [f"np.inner({x}, {y})"] * (a.shape[-1] == b.shape[-1])
    texts += [f"np.dot({x}, {y})"] * (a.ndim < 3 and b.ndim < 3 and _multiplies(a, b))
    y, _ = w.pick(lambda b: b.ndim and _multiplies(a, b))
    texts += [f"{x} @ {y}"] * 3 if y else [f"{x} @ np.swapaxes({x}, -1, -2)"] * 3 * (a.ndim > 1)
    return w.one_of(*texts)


def matrix(w):
    """Of a square matrix, made regular by what is added to its diagonal."""
    x, a = w.pick(lambda a: a.ndim > 1 and a.size)
    if x is None:
        return None
    n = a.shape[-2]
    square = x if a.shape[-1] == n else f"({x} @ np.swapaxes({x}, -1, -2))"
    regular = f"np.tanh({square}) + {2 * n} * np.eye({n})"
    return w.one_of(
        f"np.tril({x})", f"np.triu({x}, 1)", f"np.trace({x}, axis1=-2, axis2=-1)",
        f"np.diagonal({x}, axis1=-2, axis2=-1)", f"np.linalg.inv({regular})", f"np.linalg.det({regular})",
        f"np.linalg.slogdet({regular})[1]", f"np.linalg.solve({regular}, {x})", f"np.linalg.norm({x} + 9, axis=-1)",
    )  # fmt: skip


def einsum(w):
    """Letters at random: axes of one length may share one, and any of them may be left in the result."""
    names, spelled, letters = [], [], {}
    for _ in range(w.rng.randint(1, 2)):
        x, a = w.pick()
        names.append(x)
        spelled.append("")
        for n in a.shape:
            known = [letter for letter, length in letters.items() if length == n]
            new = string.ascii_letters[8 + len(letters)]
            letter = w.one_of(new, *known)
            letters[letter] = n
            spelled[-1] += letter
    kept = w.rng.sample(sorted(letters), w.rng.randint(0, min(4, len(letters))))
    return f'np.einsum("{",".join(spelled)}->{"".join(kept)}", {", ".join(names)})'


def _fits(x, shape):
    with contextlib.suppress(ValueError):
        return np.broadcast_shapes(np.shape(x), shape) == shape
    return False


def _multiplies(x, y):
    with contextlib.suppress(ValueError):
        return (x @ y).ndim < 5
    return False


def _basic(w, x):
    """An index of numbers, slices, new axes and an ellipsis."""
    parts = []
    for n in x.shape:
        start, stop = sorted(w.rng.choices(range(n + 1), k=2))
        numbers = [str(w.rng.randint(-n, n - 1))] * 3 if n else []
        parts += w.one_of(
            *[[part] for part in numbers], [":"], [f"{start}:{stop}"], ["::2"], [f"{-start}:"], [None, ":"]
        )
    kept = w.rng.randint(0, len(parts))
    parts = [str(part) for part in parts[:kept]] + (["..."] if kept < len(parts) or not parts else [])
    return ", ".join(parts)


INSTRUCTIONS = [
    smooth, smooth, with_constant, binary, binary, unary_kink, choice, reduction, fold, scan, order, basic_index,
    fancy_index, mask, assignment, update, rearranged, repeated, reshaped, joined, stacked, product, matrix, einsum,
]  # fmt: skip
