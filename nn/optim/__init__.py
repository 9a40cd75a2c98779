"""Optimizers: how parameters follow their gradients. One update rule a file."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nn.optim.adagrad import Adagrad
from nn.optim.adam import Adam, AdamW
from nn.optim.optimizer import Optimizer
from nn.optim.rmsprop import RMSprop
from nn.optim.sgd import SGD

if TYPE_CHECKING:
    from nn.optim.clip import clip_grad_norm_ as clip_grad_norm_
    from nn.optim.clip import clip_grad_value_ as clip_grad_value_
    from nn.optim.objective import minimize as minimize
    from nn.optim.schedules import CosineAnnealingLR as CosineAnnealingLR
    from nn.optim.schedules import ExponentialLR as ExponentialLR
    from nn.optim.schedules import LinearLR as LinearLR
    from nn.optim.schedules import OneCycleLR as OneCycleLR
    from nn.optim.schedules import Planned as Planned
    from nn.optim.schedules import ReduceLROnPlateau as ReduceLROnPlateau
    from nn.optim.schedules import Schedule as Schedule
    from nn.optim.schedules import SequentialLR as SequentialLR
    from nn.optim.schedules import StepLR as StepLR

# fmt: off
LAZY = {  # what is loaded when it is first named: its module
    **dict.fromkeys(["clip_grad_norm_", "clip_grad_value_"], "nn.optim.clip"),
    **dict.fromkeys([
        "Schedule", "Planned", "StepLR", "ExponentialLR", "CosineAnnealingLR", "OneCycleLR", "ReduceLROnPlateau",
        "LinearLR", "SequentialLR",
    ], "nn.optim.schedules"),
    "minimize": "nn.optim.objective",
}
__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", *LAZY]
# fmt: on


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """Schedules, clipping and second-order methods are loaded when they are first named."""
    if name not in LAZY:
        raise AttributeError(f"module 'nn.optim' has no attribute {name!r}")
    found = getattr(import_module(LAZY[name]), name)
    globals()[name] = found  # the next time it is found at once
    return found
