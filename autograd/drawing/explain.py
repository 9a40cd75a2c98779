"""The steps of backward as text for a terminal, and as LaTeX: the chain rule with numbers put in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.drawing.formulas import NUMERAL, in_latex, number, scalar, with_numbers
from autograd.drawing.labels import detail
from autograd.drawing.naming import Names, listed, rule_of, summed, told
from autograd.drawing.trace import Trace
from autograd.drawing.writing import Latex, escaped
from autograd.graph import Leaf, Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograd.drawing.trace import Contribution, Step
    from autograd.graph import Node

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SHOWN = 10  # steps at each end of what is too long to show
_COLUMNS = "font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; white-space: pre; overflow-x: auto"


def explain(*outputs: Any, names: Mapping[str, Any] | None = None) -> Explanation:
    """What `backward` does, step by step: every value, then how each cotangent is made and where it goes.

    Values without a name are called v1, v2, ...; `names` has better ones. Nothing is changed by this, not even `.grad`.
    TypeError for what is no Tensor and for names that are no mapping, ValueError for a name of nothing in the graph.

    >>> from autograd import tensor
    >>> x, w = tensor(2.0, requires_grad=True), tensor(3.0, requires_grad=True)
    >>> explain(x * w + x, names={"x": x, "w": w})
    forward
      x                        2
      w                        3
      v1   = multiply(x, w)    6
      loss = add(v1, x)        8
    <BLANKLINE>
    backward
      1. loss = add(v1, x)     g = ∂loss/∂loss = 1
         ∂loss/∂v1  = g = 1
         ∂loss/∂x   = g = 1
      2. v1 = multiply(x, w)   g = ∂loss/∂v1 = 1
         ∂loss/∂x  += g · w = 1 · 3 = 3   → 4
         ∂loss/∂w   = g · x = 1 · 2 = 2
    <BLANKLINE>
    gradients
      ∂loss/∂x = 4.0
      ∂loss/∂w = 2.0
    """
    for x in outputs:
        if not isinstance(x, Traced):
            raise TypeError(f"explain: takes Tensors, not {type(x).__name__}")
    if not outputs:
        raise TypeError("explain: takes the Tensor that backward would start from")
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"explain: names is a mapping from names to Tensors, not {type(names).__name__}")
    trace = Trace(outputs)
    return Explanation(trace, Names(trace, names), [told(x.value) for x in outputs if x.node is None])


class Explanation:
    """What `backward` does, in words: `print` it, or ask for LaTeX. `gradients` has those of the leaves by name."""

    def __init__(self, trace: Trace, names: Names, constants: Sequence[str] = ()) -> None:
        self.trace, self.names, self.constants = trace, names, constants
        self.loss = names.nodes[trace.roots[0]] if len(trace.roots) == 1 else "loss"
        self.leaves = sorted(trace.leaves, key=lambda leaf: leaf.seq)
        self.gradients = {names.nodes[leaf]: trace.cotangents[leaf] for leaf in self.leaves if leaf in trace.cotangents}

    def __repr__(self) -> str:
        return "\n\n".join(filter(None, [self._forward(), self._backward(), self._ends()]))

    # -- text --------------------------------------------------------------------------------------

    def _forward(self) -> str:
        lines = [f"  {x}   a constant, which no gradient flows to" for x in self.constants]
        given = [
            (self.names.constants[key], "", told(x))
            for key, x in self.trace.constants.items()
            if key in self.names.constants and key not in self.trace.makers
        ]
        parts = abridged([*self.leaves, *given, *self.trace.nodes], self._assigned, "values")
        wide = max((len(name) for name, call, _ in parts if call), default=0)
        calls = [(f"{name:{wide}} {call}".rstrip(), value) for name, call, value in parts]
        column = max((len(text) for text, value in calls if value), default=0)
        lines += [f"  {text:{column}}   {value}".rstrip() for text, value in calls]
        return "\n".join(["forward", *lines, *[f"  ({note})" for note in self.trace.notes]])

    def _assigned(self, node: Node | tuple[str, str, str]) -> tuple[str, str, str]:
        if isinstance(node, tuple):  # a constant
            return node
        call = "" if isinstance(node, Leaf) else f"= {self._call(node)}"
        return self.names.nodes[node], call, told(self.trace.values[node])

    def _call(self, node: Node) -> str:
        """The call that made a node."""
        operands = [self.names.operand(node, i) for i in range(len(node.parents))]
        if len(operands) > 6:
            operands[3:-1] = ["…"]
        operands += filter(None, [detail(node, [])])
        return f"{node.op.name}({', '.join(operands)})"

    def _backward(self) -> str:
        if not self.trace.steps:
            several = [f"{self.names.nodes[root]} {root.shape}" for root in self.trace.roots if root.shape]
            return f"backward starts from scalars, and there is no one derivative of {several[0]}" if several else ""
        blocks = abridged([*enumerate(self.trace.steps, 1)], lambda pair: self._step(*pair), "steps")
        column = max(len(head) for head, g, _ in blocks if g)
        lines = ["backward"]
        if len(self.trace.roots) > 1:
            lines = [f"backward, of loss = {' + '.join(self.names.nodes[root] for root in self.trace.roots)}"]
        for head, g, further in blocks:
            lines += [f"  {head:{column}}   {g}".rstrip(), *further]
        return "\n".join(lines)

    def _step(self, i: int, step: Step) -> tuple[str, str, list[str]]:
        """What a step is of, its cotangent, and a line for each contribution."""
        head = f"{i}. {self.names.nodes[step.node]} = {self._call(step.node)}"
        wide = max((len(self._d(c.parent)) for c in step.contributions), default=0)
        first = "=" if all(c.first for c in step.contributions) else " ="
        margin = " " * (len(str(i)) + 4)

        def line(c: Contribution) -> tuple[str]:
            return (f"{self._d(c.parent):{wide}} {first if c.first else '+='} {self._contribution(step, c)}",)

        further = [margin + text for text, *_ in abridged(step.contributions, line, "operands")]
        hooked = "   as a hook leaves it" if step.node in self.trace.hooked else ""
        return head, f"g = {self._d(step.node)} = {measured(step.g)}{hooked}", further

    def _contribution(self, step: Step, c: Contribution) -> str:
        rule = self.names.formula(step, c, self.trace.values)
        now = "" if c.first else f"   → {measured(c.total)}"
        if scalar(c.value) and step.node.shape == ():
            numbers = with_numbers(step.node, c.operand, self.trace.values, step.g)
            return " = ".join(dict.fromkeys(filter(None, [rule, numbers, number(c.value)]))) + now
        return f"{rule} = {measured(c.value)}{now}"

    def _d(self, node: Node) -> str:
        return f"∂{self.loss}/∂{self.names.nodes[node]}"

    def _ends(self) -> str:
        if not self.trace.cotangents:
            return ""
        lines = abridged(self.leaves, self._end, "leaves")
        return "\n".join(["gradients", *(f"  {line}" for line, *_ in lines)])

    def _end(self, leaf: Node) -> tuple[str, str]:
        g = self.trace.cotangents.get(leaf)
        if g is None:
            return f"{self._d(leaf)} = —", ""
        every_digit = str(g + 0.0).replace("-", "−") if scalar(g) else ""
        return f"{self._d(leaf)} = {every_digit or measured(g)}", ""

    # -- LaTeX -------------------------------------------------------------------------------------

    def latex(self, step: int | str | Traced | None = None) -> str:
        r"""The steps as LaTeX; of one step by its number or what it is the step of; of a leaf, the chain to it.

        IndexError for a number that no step has, ValueError for what is not in the graph and where there are no steps,
        and TypeError for what is no number, name or Tensor.

        >>> from autograd import tensor, tanh
        >>> w = tensor(0.5, requires_grad=True, name="w")
        >>> print(explain(tanh(w * 2.0) * 3.0).latex("w"))
        \frac{\partial \ell}{\partial w} = \frac{\partial v_{1}}{\partial w} \cdot
        \frac{\partial v_{2}}{\partial v_{1}} \cdot \frac{\partial \ell}{\partial v_{2}}
        """
        if not self.trace.steps:
            raise ValueError("latex: there are no steps: backward starts from scalars that come from a leaf")
        if step is None:
            lines = [line for each in self.trace.steps[:_SHOWN] for line in self._lines(each)]
            more = len(self.trace.steps) - _SHOWN
            return aligned([*lines, rf"&\;\vdots \quad \text{{{more:,} steps more}}"] if more > 0 else lines)
        if isinstance(step, bool) or not isinstance(step, (int, str, Traced)):
            raise TypeError(f"latex: takes a step's number, a name or a Tensor, not {step!r}")
        if isinstance(step, int):
            if not 1 <= step <= len(self.trace.steps):
                raise IndexError(f"latex: there are steps 1 to {len(self.trace.steps)}, and none is {step}")
            return aligned(list(self._lines(self.trace.steps[step - 1])))
        node = self._node(step)
        if isinstance(node, Leaf):
            return self._chain(node)
        return aligned([line for each in self.trace.steps if each.node is node for line in self._lines(each)])

    def _node(self, x: str | Traced) -> Node:
        found = (node for node, name in self.names.nodes.items() if x == name) if isinstance(x, str) else iter([x.node])
        node = next(found, None)
        if node is None or node not in self.names.nodes:
            raise ValueError(
                f"latex: {x!r} is not a part of this graph; give a step, a name in it, or one of its Tensors"
            )
        return node

    def _lines(self, step: Step) -> Iterator[str]:
        """One equation for each contribution of a step."""
        g = "1" if [step.node] == self.trace.roots else self._fraction(step.node)
        for c in step.contributions:
            called = self.names.parts(step.node, self.trace.values)
            names = {**{name: in_symbols(x) for name, x in called.items()}, "g": g}
            rule = in_latex(rule_of(step.node), c.operand, names)
            sides = [rf"\sum \left({rule}\right)" if summed(step, c) else rule]
            if scalar(c.value) and step.node.shape == ():
                sides.append(with_numbers(step.node, c.operand, self.trace.values, step.g, style=Latex, start=g == "1"))
                sides.append(Latex.numeral(number(c.value)))
            sign = "&=" if c.first else r"&\mathrel{+}="
            yield f"{self._fraction(c.parent)} {sign} {' = '.join(dict.fromkeys(filter(None, sides)))}"

    def _chain(self, leaf: Node) -> str:
        """The product of derivatives along the way from a leaf; their sum where it goes several ways."""
        users: dict[Node, dict[Node, None]] = {}
        for node in self.trace.nodes:
            for parent in node.parents:
                if parent is not None:
                    users.setdefault(parent, {})[node] = None
        ways = [self._way(leaf, user, users) for user in users.get(leaf, ())]
        return f"{self._fraction(leaf)} = {' + '.join(ways) or '1'}"

    def _way(self, node: Node, user: Node, users: Mapping[Node, Mapping[Node, None]]) -> str:
        factors = [self._fraction(node, user)]
        while user not in self.trace.roots and len(users.get(user, ())) == 1:
            node, user = user, next(iter(users[user]))
            factors.append(self._fraction(node, user))
        if user not in self.trace.roots or len(self.trace.roots) > 1 or user in users:
            factors.append(self._fraction(user))
        if len(factors) > 2 * _SHOWN:
            factors[_SHOWN:-_SHOWN] = [r"\cdots"]
        return r" \cdot ".join(factors)

    def _fraction(self, below: Node, above: Node | None = None) -> str:
        top = r"\ell" if above is None or [above] == self.trace.roots else in_symbols(self.names.nodes[above])
        bottom = r"\ell" if [below] == self.trace.roots else in_symbols(self.names.nodes[below])
        return rf"\frac{{\partial {top}}}{{\partial {bottom}}}"

    def _repr_latex_(self) -> str | None:
        return f"$${self.latex()}$$" if self.trace.steps else None

    def _repr_html_(self) -> str:
        return f'<pre style="{_COLUMNS}">{escape(str(self))}</pre>'

    def _repr_markdown_(self) -> str:
        return f"```text\n{self}\n```"


def abridged(items: Sequence[Any], shown: Callable[[Any], Any], kind: str) -> list[Any]:
    """What is shown of each; of many only the first and the last, and how many are between."""
    more = len(items) - 2 * _SHOWN
    if more <= 1:
        return [shown(x) for x in items]
    gap = (f"… {more:,} {kind} more", "", "")
    return [*(shown(x) for x in items[:_SHOWN]), gap, *(shown(x) for x in items[-_SHOWN:])]


def measured(x: Any) -> str:
    """A number, or few; of an array its shape, its norm, and how large its entries are in the mean."""
    if scalar(x) or listed(x):
        return told(x)
    with np.errstate(all="ignore"):
        mean = number(np.mean(np.abs(x))) if np.size(x) else "—"
        return f"{np.shape(x)}, norm {number(np.linalg.norm(np.ravel(x)))}, mean |·| {mean}"


def aligned(lines: Sequence[str]) -> str:
    """Equations below each other, their signs in line."""
    inside = " \\\\\n".join(lines)
    return f"\\begin{{aligned}}\n{inside}\n\\end{{aligned}}"


def in_symbols(name: str) -> str:
    """A name as mathematics sets it: W1 with a subscript, words upright."""
    if NUMERAL.fullmatch(name):
        return Latex.numeral(name)
    name = name.translate(_SUBSCRIPTS)
    letters = name.rstrip("0123456789")
    digits = name[len(letters) :]
    if len(letters) == 1 and letters.isalpha():
        return f"{letters}_{{{digits}}}" if digits else letters
    return rf"\mathrm{{{escaped(name)}}}"
