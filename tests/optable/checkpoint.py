"""What backward computes again."""

from __future__ import annotations

import numpy as np
import torch
from torch.utils.checkpoint import checkpoint as torch_checkpoint

import autograd as ag
from tests.optable.case import Row, cases


def ours(x, y):
    """Two results, packed by the op and cut out again."""
    a, b = ag.checkpoint(lambda x, y: (ag.multiply(ag.tanh(x), y), ag.multiply(x, y)))(x, y)
    return ag.add(a, b)


def torchs(x, y):
    a, b = torch_checkpoint(lambda x, y: (torch.tanh(x) * y, x * y), x, y, use_reentrant=False)
    return a + b


# fmt: off
ROWS = [
    Row(ours, lambda x, y: np.tanh(x) * y + x * y, torchs, cases("(),() 3,3 2x3,3 2x1,1x3 0,1"), name="checkpoint"),
]
# fmt: on
