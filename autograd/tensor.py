"""Tensor: an array that remembers how it was computed and can be differentiated.

Its three layers are a file each: what it shares with NumPy's arrays (`face.py`), what editing it in place does
(`inplace.py`), and, here, the graph behind it.
"""

from __future__ import annotations

import warnings
from threading import Lock
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakValueDictionary, ref

import numpy as np
from numpy import ndarray

from autograd import ops
from autograd.graph import Extras, Leaf, Traced, constant, given_back
from autograd.inplace import Editable
from autograd.record import adopt, described, tidy, values_of
from autograd.scope import is_grad_enabled
from autograd.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograd.graph import Node
    from autograd.hooks import Hook

NAMED: WeakValueDictionary[int, Tensor] = WeakValueDictionary()  # constants that have a name, by their identity
_accumulating = Lock()  # two threads may add to the gradient of one leaf


class Tensor(Editable):
    """An array (`data`) with the node that computed it. Make one with `tensor(data)`.

    It has NumPy's attributes, operators and methods, `backward()` to differentiate it, and `grad` to read the result.
    Without axes its data is a NumPy scalar, which makes graphs of scalars fast.
    """

    __slots__ = ()

    # -- what it is --------------------------------------------------------------------------------

    @property
    def data(self) -> Any:
        """The values: an ndarray, or a NumPy scalar where there are no axes. Assigning keeps shape and dtype."""
        return self.value

    @data.setter
    def data(self, value: Any) -> None:
        value = np.asarray(values_of(value))
        if value.shape != self.shape or not np.can_cast(value.dtype, self.dtype, "same_kind"):
            raise ValueError(
                f"data: cannot put {value.shape} {value.dtype} in the place of {self.shape} {self.dtype}; "
                "make a new tensor for another shape or kind of number"
            )
        self._hold(value.astype(self.dtype, copy=False)[()])

    @property
    def name(self) -> str | None:
        """A name for pictures and messages."""
        if isinstance(self.node, Leaf):
            return self.node.name
        if self.node is not None:
            return self.node.extras.name if self.node.extras else None
        return getattr(self, "_name", None)

    @name.setter
    def name(self, name: str | None) -> None:
        if isinstance(self.node, Leaf):
            self.node.name = name
        elif self.node is not None:
            self._extras().name = name
        else:
            self._name = name
            if name is not None:
                NAMED[id(self)] = self

    def __repr__(self) -> str:
        if not hasattr(self, "value"):
            return "<empty Tensor: make one with tensor(data)>"
        values = np.array2string(np.asarray(self.value), separator=", ", prefix="tensor(")
        notes = [f"dtype={self.dtype}"]
        if isinstance(self.node, Leaf):
            notes.append("requires_grad=True")
        elif self.node is not None:
            notes.append(f"op={self.node.op.name}")
        if self.name:
            notes.append(f"name={self.name!r}")
        return f"tensor({', '.join([values, *notes])})"

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        if self.ndim == 0:
            return format(self.item(), spec)
        return np.array2string(self.value, separator=", ", formatter={"all": lambda x: format(x, spec)})

    def __str__(self) -> str:
        return str(self.value) if self.ndim == 0 else repr(self)

    # -- the graph ---------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient flows to or through this Tensor. Assign True to make a constant a leaf."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        self.requires_grad_(wanted)

    def requires_grad_(self, wanted: bool = True) -> Self:
        """Ask for this Tensor's gradient, or stop asking. TypeError unless its dtype is floating, RuntimeError
        where it was computed."""
        if wanted and self.node is None:
            if self.dtype.kind != "f":
                raise TypeError(
                    f"requires_grad: a gradient needs a real floating dtype, not {self.dtype}; "
                    "pass dtype=float, or x.astype(float)"
                )
            name = self.name
            self.node = Leaf(self.value, name)
        elif not wanted and self.node is not None:
            if not isinstance(self.node, Leaf):
                raise RuntimeError("requires_grad: only a leaf can stop asking for its gradient; use x.detach()")
            name, self.node = self.node.name, None
            self._name = name
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether this Tensor was made by the user rather than computed from ones that need a gradient."""
        return self.node is None or isinstance(self.node, Leaf)

    @property
    def grad(self) -> Tensor | None:
        """What `backward` has added up so far: ∂ of its roots by this Tensor, in its shape and dtype. None before."""
        if isinstance(self.node, Leaf):
            return self.node.grad
        if self.node is None:
            return None
        extras = self.node.extras
        if extras is None or not extras.retains_grad:
            warnings.warn(
                f"grad: this Tensor was computed ({self.node.op.name}), and backward keeps gradients of leaves only; "
                "call x.retain_grad() before backward to keep this one",
                UserWarning,
                stacklevel=2,
            )
            return None
        return extras.grad

    @grad.setter
    def grad(self, value: Any) -> None:
        node = self.node
        if isinstance(node, Leaf) and value is None:
            node.grad = None
            return
        if not isinstance(node, Leaf):
            if node is None and value is None:
                return  # a constant has none to forget
            raise RuntimeError("grad: only a leaf that requires grad has a gradient to set")
        try:
            array = np.asarray(values_of(value), dtype=self.dtype)
        except (TypeError, ValueError):
            raise TypeError(f"grad: cannot be {described(value)}; assign None, an array or a Tensor") from None
        if array.shape != self.shape:
            raise ValueError(f"grad: {array.shape} is not the shape of its Tensor, {self.shape}")
        node.grad = value if isinstance(value, Tensor) and value.dtype == self.dtype else constant(tidy(array))

    def _extras(self) -> Extras:
        assert self.node is not None
        if self.node.extras is None:
            self.node.extras = Extras()
        return self.node.extras

    def retain_grad(self) -> Self:
        """Keep this computed Tensor's gradient in `.grad` when `backward` passes. RuntimeError on a constant."""
        if self.node is None:
            raise RuntimeError("retain_grad: this Tensor is a constant; no gradient flows to it")
        if not isinstance(self.node, Leaf):
            self._extras().retains_grad = True
        return self

    def register_hook(self, hook: Callable[[Tensor], Any]) -> Hook:
        """Call `hook(g)` whenever this Tensor's gradient g is complete, before it flows on or is kept.

        What the hook returns, a Tensor or an array of that shape, takes the place of g; None leaves it as it is.
        Several hooks are called in the order of their registration, and `retain_grad` keeps what they leave. Forward
        mode has no gradients on the way, and passes hooks by. With
        `create_graph` what a hook computes is recorded as well. Returns a handle: `handle.remove()`, or
        `with x.register_hook(hook):`, takes the hook off again. RuntimeError on a constant,
        TypeError for what is no function.

        >>> x = tensor(3.0, requires_grad=True)
        >>> handle = x.register_hook(lambda g: 10 * g)
        >>> (x * x).backward()
        >>> x.grad
        tensor(60., dtype=float64)
        """
        if self.node is None:
            raise RuntimeError("register_hook: this Tensor is a constant; no gradient flows to it")
        if not callable(hook):
            raise TypeError(f"register_hook: needs a function of the gradient, not {described(hook)}")
        return self._extras().hooks.register(hook)

    def backward(self, gradient: Any = None, *, retain_graph: bool = False, create_graph: bool = False) -> None:
        """Add ∂self/∂leaf to the `.grad` of every leaf this Tensor was computed from.

        A Tensor with axes needs `gradient`, the cotangent to start from. The arrays saved for the derivative are let go
        as they are used, unless `retain_graph`; with `create_graph` the gradient is itself recorded and can be
        differentiated again. RuntimeError on a constant, without a gradient= where one is needed, and the second time.

        >>> x = tensor(3.0, requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        tensor(6., dtype=float64)
        """
        if self.node is None:
            raise RuntimeError(
                "backward: this Tensor was not computed from anything that requires grad; "
                "pass requires_grad=True to tensor(...), and compute outside no_grad"
            )
        scalar = gradient is None and type(self.value) is not ndarray
        seed = type(self.value)(1) if scalar else self._seed(gradient, create_graph)
        found = sweep([self.node], [seed], retain_graph=retain_graph or create_graph, create_graph=create_graph)
        taken = {id(values_of(seed))}
        with _accumulating:
            self._accumulate(found, taken, self.node.seq)

    @staticmethod
    def _accumulate(found: dict[Node, Any], taken: set[int], seq: int) -> None:
        for node, g in found.items():
            if type(g) is ndarray and g.base is None and id(g) not in taken:  # the usual case, without a call
                taken.add(id(g))
                g = constant(g)
            else:
                g = given_back(g, taken)
            if isinstance(node, Leaf):
                node.grad = g if node.grad is None else node.added(g)
                node.since = seq
            elif node.extras is not None and node.extras.retains_grad:
                node.extras.grad = g if node.extras.grad is None else node.extras.grad + g

    def _seed(self, gradient: Any, create_graph: bool) -> Any:
        if gradient is None:
            raise RuntimeError(
                f"backward: a Tensor of shape {self.shape} has no single derivative; reduce it to a scalar, as with "
                ".sum() or .mean(), or pass gradient= of that shape"
            )
        value = np.asarray(values_of(gradient))
        if value.dtype.kind not in "biuf":
            raise TypeError(f"backward: gradient must hold real numbers, not {described(gradient)}")
        if value.shape != self.shape:
            raise ValueError(f"backward: gradient {value.shape} must have the shape of the Tensor, {self.shape}")
        if create_graph and isinstance(gradient, Traced) and gradient.node is not None:
            return gradient
        return value.astype(self.dtype)[()]

    def detach(self) -> Tensor:
        """The same values, as a constant: no gradient flows through."""
        if self.node is not None and not isinstance(self.node, Leaf):
            value = self.value  # a number cannot be referred to weakly
            self._extras().detached = ref(value) if type(value) is ndarray else lambda: value
        return constant(self.value)  # type: ignore[no-any-return]

    def copy(self) -> Tensor:
        """The same values in memory of their own, the gradient flowing through."""
        return ops.astype(self, self.dtype)

    # -- keeping it --------------------------------------------------------------------------------

    def __reduce__(self) -> Any:
        state = getattr(self, "__dict__", None) or None  # a subclass may have attributes
        return _restored, (type(self), np.asarray(self.value), self.requires_grad, self.name), state


adopt(Tensor)


def _restored(kind: type[Tensor], value: np.ndarray, requires_grad: bool, name: str | None) -> Tensor:
    out = kind.__new__(kind)
    out.value, out.node = value[()] if not value.ndim else value, None
    out.requires_grad_(requires_grad)
    out.name = name
    return out


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """A Tensor of a copy of the data: numbers, nested lists, arrays or other Tensors.

    The dtype is NumPy's choice unless given. Integers, booleans and complex numbers are welcome as constants;
    `requires_grad=True` needs a real floating dtype (TypeError).

    >>> x = tensor([1.0, 2.0], requires_grad=True)
    >>> x
    tensor([1., 2.], dtype=float64, requires_grad=True)
    """
    if isinstance(data, Traced) and data.node is not None and is_grad_enabled():
        raise TypeError(
            "tensor: copying a Tensor that requires grad would lose its gradient; use x.detach() or x.copy()"
        )
    if isinstance(data, ndarray) and type(data) is not ndarray:
        raise TypeError(
            f"tensor: a {type(data).__name__} means more than its values; pass np.asarray(x) if you mean those"
        )
    array = np.array(values_of(data), dtype=dtype)
    if array.dtype.kind not in "biufc":
        raise TypeError(
            f"tensor: cannot hold {described(data)} ({array.dtype}); pass numbers in lists of equal lengths"
        )
    out: Tensor = constant(tidy(array))
    if requires_grad:
        out.requires_grad_()
    out.name = name
    return out
