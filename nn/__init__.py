"""nn: neural networks, composed from what `autograd` differentiates. PyTorch's names, with NumPy's `axis`."""

from typing import TYPE_CHECKING

from autograd import __version__ as __version__
from autograd import lazy
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
LAZY = {  # what defines a network is there at once; what trains and keeps it is not: its module
    "optim":     "nn.optim",
    "data":      "nn.data",
    "metrics":   "nn.metrics",
    "callbacks": "nn.callbacks",
    "fit":       "nn.training",
    "evaluate":  "nn.training",
    "History":   "nn.history",
    "save":      "nn.checkpoint",
    "load":      "nn.checkpoint",
    "summary":   "nn.overview",
}
__all__ = ["Module", "Parameter", *layers.__all__, *losses.__all__, "functional", "init", "manual_seed", *LAZY]
# fmt: on
__getattr__, __dir__ = lazy.attach(__name__, LAZY, __all__)
