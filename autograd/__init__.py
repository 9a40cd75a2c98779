"""autograd: automatic differentiation of NumPy code, from one table of calculus.

Three ideas, in the order in which the files are read:

1. *Record* (`graph.py`, `record.py`). Every op that touches a Tensor that needs a gradient leaves a node behind.
2. *Rules* (`rules.py`, `ops/`). An op is one row: a name, a forward function, and its derivative as a line of NumPy.
3. *Chain rule* (`sweep.py`). Nodes are walked newest first, each turning its cotangent into those of its parents.

`tensor.py` puts a face on it, and `transforms.py` turns functions into their derivatives.
"""

import builtins
from typing import TYPE_CHECKING

from autograd import lazy, namespace, ops
from autograd.checks import GradientError, check_grad
from autograd.edits import edited
from autograd.jacobians import hessian, hvp, jacobian
from autograd.lints import LintWarning, lint, lints
from autograd.namespace import *  # noqa: F403
from autograd.namespace import __array_api_version__ as __array_api_version__
from autograd.namespace import __array_namespace_info__ as __array_namespace_info__
from autograd.namespace import bool as bool
from autograd.ops import *  # noqa: F403
from autograd.ops import abs as abs
from autograd.ops import max as max
from autograd.ops import min as min
from autograd.ops import sum as sum
from autograd.recompute import checkpoint, stop_gradient
from autograd.scope import enable_grad, is_grad_enabled, no_grad
from autograd.tensor import Tensor, tensor
from autograd.transforms import grad, gradients, jvp, value_and_grad, vjp
from autograd.watch import NonFiniteError, detect_nan

if TYPE_CHECKING:
    from autograd import costs as costs
    from autograd import fft as fft
    from autograd import linalg as linalg
    from autograd import special as special
    from autograd.drawing.draw import draw as draw
    from autograd.drawing.explain import explain as explain

__version__ = "0.1.0"

# fmt: off
__all__ = [
    "Tensor", "tensor", "no_grad", "enable_grad", "is_grad_enabled", "edited",
    "grad", "value_and_grad", "gradients", "vjp", "jvp", "jacobian", "hessian", "hvp", "check_grad", "GradientError",
    "stop_gradient", "checkpoint", "detect_nan", "NonFiniteError",
    "lint", "lints", "LintWarning",
]
# fmt: on
__all__ += namespace.__all__
__all__ += [name for family in ops.FAMILIES for name in family.__all__]
__all__ += ["draw", "explain"]

LAZY = {  # what few programs need, and its module
    **{name: f"autograd.{name}" for name in ("costs", "fft", "linalg", "special")},
    **dict.fromkeys(["draw", "explain"], "autograd.drawing"),
}
__getattr__, __dir__ = lazy.attach(__name__, LAZY, {*__all__, *LAZY})

# Python has abs, all, any, bool, max, min, pow, round and sum too, which a star import shall leave alone
__all__ = [name for name in __all__ if not hasattr(builtins, name)]
