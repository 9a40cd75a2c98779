"""Keeping models: `save` and `load`, as safetensors files, which PyTorch and others read, and which hold no code.

The file of a model holds the arrays of `model.state_dict()` under exactly their names. The arrays of an optimizer, if
one is saved, have names that begin with a dot, as no Module's can; its options and the metadata are JSON in the header.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.files import checked, replace
from nn.module import Module

if TYPE_CHECKING:
    from os import PathLike

    from numpy.typing import NDArray

    from nn.optim.optimizer import Optimizer

    Arrays = dict[str, NDArray[Any]]

FORMAT, VERSION = "autograd-nn", 1  # a key in the header of our files, and its value
OPTIMIZER = ".optimizer."  # how the names of an optimizer's arrays begin: ".optimizer.0.exp_avg"
METADATA = ".metadata."  # and those of arrays in the metadata, with their number; also the key that refers to one

# fmt: off
DTYPES = {  # what safetensors calls the dtypes that NumPy has; bfloat16, the upper half of a float32, is made into one
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "C64": "<c8", "BOOL": "?",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1",
}
# fmt: on


def save(
    model: Module,
    path: str | PathLike[str],
    *,
    optimizer: Optimizer | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Write the parameters and buffers of a model to a safetensors file.

    With an `optimizer`, training can go on from the file as if it had not stopped. `metadata` is a dict of what JSON
    can hold, numbers, text, lists and dicts, and of arrays. A file that is there already is replaced in one step:
    whatever goes wrong, either the old one or the new one is there, and whole. PyTorch reads what was saved without an
    optimizer by `model.load_state_dict(safetensors.torch.load_file(path))`.

    Raises FileNotFoundError where the directory is missing, and TypeError for dtypes and metadata that a file cannot
    hold, before anything is written.

    >>> import os, tempfile
    >>> from nn import Linear
    >>> model = Linear(2, 3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "model.safetensors")
    ...     save(model, path, metadata={"epoch": 7})
    ...     load(Linear(2, 3), path)
    {'epoch': 7}
    """
    from safetensors.numpy import save as pack

    path = _checked("save", model, path)
    held: Arrays = {}
    header = {FORMAT: str(VERSION), "metadata": _metadata(_numbered(metadata, held))}
    arrays = {**model.state_dict(), **held}
    if optimizer is not None:
        state = optimizer.state_dict()
        options = {key: x for key, x in state.items() if key != "state"}
        header["optimizer"] = _json("optimizer", {"rule": type(optimizer).__name__, **options})
        for i, kept in state["state"].items():
            arrays.update({f"{OPTIMIZER}{i}.{name}": np.asarray(x) for name, x in kept.items()})
    names = {np.dtype(dtype).name for dtype in DTYPES.values()}
    if faults := [f"{name}, which is {x.dtype}" for name, x in arrays.items() if x.dtype.name not in names]:
        raise TypeError(f"save: a safetensors file cannot hold {', '.join(faults)}; convert it")
    arrays = {name: np.asarray(x, order="C") for name, x in arrays.items()}  # it takes the memory as it lies
    replace(path, pack(arrays, metadata=header))


def load(model: Module, path: str | PathLike[str], *, optimizer: Optimizer | None = None) -> dict[str, Any]:
    """Put the values of a safetensors file in place, each in its Tensor's memory and dtype; returns the metadata.

    Files of PyTorch are read as well, bfloat16 as float32. An `optimizer` goes on from where the saved one was. Loaded
    is all or nothing: RuntimeError lists the names that are missing or unexpected, shapes that differ and dtypes that
    do not convert; ValueError tells of a truncated, corrupt or foreign file, and of an optimizer that the file does not
    hold or whose state is of another kind. Then neither the model nor the optimizer has changed.
    """
    path = _checked("load", model, path)
    header, arrays = _read(path)
    metadata, remembered = _parsed(path, header, arrays)
    if optimizer is not None and remembered is None:
        raise ValueError(f"load: {path} holds no optimizer; save one with nn.save(..., optimizer=optimizer)")
    state = {name: x for name, x in arrays.items() if not name.startswith((OPTIMIZER, METADATA))}
    if FORMAT not in header:  # PyTorch's save_model leaves out what is shared, and lists it in the header
        state.update({name: state[kept] for name, kept in header.items() if kept in state})
    put_in_place = None
    if optimizer is not None and remembered is not None:
        try:
            put_in_place = optimizer.check_state_dict(remembered)
        except Exception as fault:
            rule = remembered.get("rule", "an optimizer")
            raise ValueError(f"load: {path} holds the state of {rule}, not of this optimizer: {fault}") from fault
    try:
        model.load_state_dict(state)
    except RuntimeError as fault:
        raise RuntimeError(f"load: {path}: {fault}") from None
    if put_in_place is not None:
        put_in_place()
    return metadata


def metadata(path: str | PathLike[str]) -> dict[str, Any]:
    """The metadata of a file alone; errors are those of `load`."""
    return _parsed(os.fspath(path), *_read(os.fspath(path)))[0]


def _checked(name: str, model: Module, path: str | PathLike[str]) -> str:
    if not isinstance(model, Module):
        raise TypeError(f"{name}: the first argument is a Module, not a {type(model).__name__}")
    return checked(name, path)


# -- writing -----------------------------------------------------------------------------------------


def _metadata(metadata: Mapping[str, Any] | None) -> str:
    metadata = {} if metadata is None else metadata
    if not isinstance(metadata, Mapping):
        raise TypeError(f"save: metadata is a dict, not a {type(metadata).__name__}")
    for key, value in metadata.items():
        if not isinstance(key, str):
            raise TypeError(f"save: the keys of metadata are text, not {key!r}")
        _json(f"metadata[{key!r}]", value)
    return _json("metadata", dict(metadata))


def _numbered(x: Any, held: Arrays) -> Any:
    """Metadata with a reference in the place of each array, which goes to those that are held."""
    if isinstance(x, np.ndarray):
        held[key := f"{METADATA}{len(held)}"] = x
        return {METADATA: key}
    if isinstance(x, Mapping):
        if METADATA in x:
            raise ValueError(f"save: the key {METADATA!r} means something else in metadata; choose another")
        return {key: _numbered(value, held) for key, value in x.items()}
    return [_numbered(value, held) for value in x] if isinstance(x, (list, tuple)) else x


def _json(name: str, value: Any) -> str:
    try:
        return json.dumps(value, default=_plain)
    except (TypeError, ValueError, RecursionError) as fault:
        raise TypeError(f"save: {name} cannot be written as JSON: {fault}; keep numbers, text, lists, dicts") from None


def _plain(x: Any) -> Any:
    """NumPy's numbers as Python's."""
    if isinstance(x, np.generic):
        return x.item()
    raise TypeError(f"a {type(x).__name__} has no place there")


# -- reading -----------------------------------------------------------------------------------------


def _read(path: str) -> tuple[dict[str, str], Arrays]:
    """The text in the header of a file, and its arrays; ValueError if it is not whole or not of this kind."""
    import safetensors

    unpack: Any = safetensors.deserialize  # which has no types
    if not os.path.exists(path):
        raise FileNotFoundError(f"load: there is no file {path}")
    with open(path, "rb") as file:
        content = file.read()
    try:
        entries = unpack(content)
    except safetensors.SafetensorError as fault:
        raise ValueError(f"load: {path} is no safetensors file, or a damaged one: {fault}") from None
    size = int.from_bytes(content[:8], "little")  # of the header, which follows
    header = json.loads(content[8 : 8 + size]).get("__metadata__", {})
    return header, {name: _array(path, name, entry) for name, entry in entries}


def _parsed(path: str, header: dict[str, str], arrays: Arrays) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The metadata of a file and the state of the optimizer: of another program's file, all of its header, and None."""
    if FORMAT not in header:
        return dict(header), None
    if header[FORMAT] != str(VERSION):
        raise ValueError(f"load: {path} has version {header[FORMAT]} of this format, not {VERSION}: update autograd-nn")
    try:
        metadata = _filled(json.loads(header["metadata"]), arrays)
        if "optimizer" not in header:
            return dict(metadata), None
        return dict(metadata), {**json.loads(header["optimizer"]), "state": _remembered(arrays)}
    except (KeyError, TypeError, ValueError) as fault:
        raise ValueError(f"load: {path} has a damaged header: {fault!r}") from fault


def _array(path: str, name: str, entry: dict[str, Any]) -> NDArray[Any]:
    kind = entry["dtype"]
    if kind not in DTYPES:
        raise ValueError(f"load: {path}: {name} is {kind}, which NumPy does not have; save it as float32")
    array = np.frombuffer(entry["data"], DTYPES[kind])
    if kind == "BF16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array.reshape(entry["shape"])


def _filled(x: Any, arrays: Arrays) -> Any:
    """Metadata with its arrays in their places again, copies that can be written to."""
    if isinstance(x, dict):
        return (
            arrays[x[METADATA]].copy() if METADATA in x else {key: _filled(value, arrays) for key, value in x.items()}
        )
    return [_filled(value, arrays) for value in x] if isinstance(x, list) else x


def _remembered(arrays: Arrays) -> dict[int, Arrays]:
    """The state of an optimizer, by the number of the parameter, out of a file's arrays."""
    state: dict[int, Arrays] = {}
    for key, x in arrays.items():
        if key.startswith(OPTIMIZER):
            number, name = key.removeprefix(OPTIMIZER).split(".", 1)
            state.setdefault(int(number), {})[name] = x
    return state
