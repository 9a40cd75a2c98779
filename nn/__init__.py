"""nn: neural networks, composed from what `autograd` differentiates. PyTorch's names, with NumPy's `axis`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograd import __version__ as __version__
from nn import functional, init, layers, losses
from nn.layers import *  # noqa: F403
from nn.losses import *  # noqa: F403
from nn.module import Module
from nn.parameter import Parameter
from nn.random import manual_seed

if TYPE_CHECKING:
    from nn import callbacks as callbacks
    from nn import data as data
    from nn import metrics as metrics
    from nn import optim as optim
    from nn.checkpoint import load as load
    from nn.checkpoint import save as save
    from nn.history import History as History
    from nn.overview import summary as summary
    from nn.training import evaluate as evaluate
    from nn.training import fit as fit

# fmt: off
LAZY = {  # what is loaded when it is first named: its module, and its name there
    "optim":     ("nn.optim", None),
    "data":      ("nn.data", None),
    "metrics":   ("nn.metrics", None),
    "callbacks": ("nn.callbacks", None),
    "fit":       ("nn.training", "fit"),
    "evaluate":  ("nn.training", "evaluate"),
    "History":   ("nn.history", "History"),
    "save":      ("nn.checkpoint", "save"),
    "load":      ("nn.checkpoint", "load"),
    "summary":   ("nn.overview", "summary"),
}
__all__ = ["Module", "Parameter", *layers.__all__, *losses.__all__, "functional", "init", "manual_seed", *LAZY]
# fmt: on


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """What defines a network is there at once; what trains and keeps it is loaded when it is first named."""
    if name not in LAZY:
        raise AttributeError(f"module 'nn' has no attribute {name!r}")
    module, part = LAZY[name]
    found = import_module(module)
    found = found if part is None else getattr(found, part)
    globals()[name] = found
    return found
