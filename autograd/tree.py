"""Nested tuples, lists and dicts of arrays, flattened and put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def leaves(tree: Any) -> list[Any]:
    """What a nested structure holds, in order; dicts go by sorted key.

    >>> leaves({"b": (1, 2), "a": [3]})
    [3, 1, 2]
    """
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in leaves(tree[key])]
    if isinstance(tree, (tuple, list)):
        return [leaf for branch in tree for leaf in leaves(branch)]
    return [] if tree is None else [tree]


def rebuilt(tree: Any, values: Iterator[Any]) -> Any:
    """The same structure holding other values.

    >>> rebuilt({"b": (1, 2), "a": [3]}, iter("xyz"))
    {'b': ('y', 'z'), 'a': ['x']}
    """
    if isinstance(tree, dict):
        by_key = {key: rebuilt(tree[key], values) for key in sorted(tree)}
        return {key: by_key[key] for key in tree}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[rebuilt(branch, values) for branch in tree])
    if isinstance(tree, (tuple, list)):
        return type(tree)([rebuilt(branch, values) for branch in tree])
    return None if tree is None else next(values)


def mapped(function: Callable[..., Any], tree: Any) -> Any:
    """The same structure with a function applied to what it holds.

    >>> mapped(abs, [-1, (-2, 3)])
    [1, (2, 3)]
    """
    return rebuilt(tree, map(function, leaves(tree)))
