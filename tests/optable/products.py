"""Products of matrices."""

from __future__ import annotations

import numpy as np
import torch

import autograd as ag
from tests.optable.case import Row, cases

# fmt: off
MATRICES  = cases("""3,3 2x3,3 3,3x4 2x3,3x4 5x2x3,3x4 2x3,5x3x4 5x2x3,5x3x4 1x2x3,5x3x4 2x1x2x3,5x3x4 5x2x3,3 3,5x3x4
                     2x5x2x3,3x2 1x1,1x1 0x3,3x2 2x0,0x3 2x3x0,0x2 0x2x3,3x2 2x0,0""")
# fmt: on


# fmt: off
ROWS = [
    # products of matrices
    Row(ag.matmul,        np.matmul,        torch.matmul,        MATRICES),
]
# fmt: on
