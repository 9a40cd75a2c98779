"""The stateless forms: what layers and losses compute, as functions of all their inputs."""

from nn.functional import activations, layers, losses
from nn.functional.activations import *  # noqa: F403
from nn.functional.layers import *  # noqa: F403
from nn.functional.losses import *  # noqa: F403

__all__ = [*activations.__all__, *layers.__all__, *losses.__all__]
