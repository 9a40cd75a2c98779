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


def replaced(function: Callable[..., Any], tree: Any) -> Any:
    """The same, but a container in which nothing changes stays itself, for it may be there to be written into.

    >>> log, data = [], [1, 2]
    >>> replaced(lambda x: -x, (log, data))[0] is log
    True
    """
    if isinstance(tree, dict):
        parts = {key: replaced(function, tree[key]) for key in sorted(tree)}
        return tree if all(parts[key] is tree[key] for key in tree) else {key: parts[key] for key in tree}
    if isinstance(tree, (tuple, list)):
        branches = [replaced(function, branch) for branch in tree]
        if all(new is old for new, old in zip(branches, tree, strict=True)):
            return tree
        return type(tree)(*branches) if hasattr(tree, "_fields") else type(tree)(branches)
    return None if tree is None else function(tree)
