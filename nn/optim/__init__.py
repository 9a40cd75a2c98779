"""Optimizers: how parameters follow their gradients. One update rule a file."""

from typing import TYPE_CHECKING

from autograd import lazy
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
LAZY = {  # schedules, clipping and second-order methods, which not every program needs: the module
    **dict.fromkeys(["clip_grad_norm_", "clip_grad_value_"], "nn.optim.clip"),
    **dict.fromkeys([
        "Schedule", "Planned", "StepLR", "ExponentialLR", "CosineAnnealingLR", "OneCycleLR", "ReduceLROnPlateau",
        "LinearLR", "SequentialLR",
    ], "nn.optim.schedules"),
    "minimize": "nn.optim.objective",
}
__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", *LAZY]
# fmt: on
__getattr__, __dir__ = lazy.attach(__name__, LAZY, __all__)
