"""Linear algebra, under the names of `numpy.linalg`. Loaded when it is first used.

Functions of matrices take stacks of them: all but the last two axes are leading ones. Several results come as named
tuples. NumPy's LinAlgError says where there is no result, and where one has no gradient.
"""

from numpy.linalg import LinAlgError as LinAlgError

from autograd.linalg import determinants, factors, norms, products, solving, spectra
from autograd.linalg.determinants import *  # noqa: F403
from autograd.linalg.factors import *  # noqa: F403
from autograd.linalg.norms import *  # noqa: F403
from autograd.linalg.products import *  # noqa: F403
from autograd.linalg.solving import *  # noqa: F403
from autograd.linalg.spectra import *  # noqa: F403

FAMILIES = (solving, determinants, factors, spectra, norms, products)

__all__ = ["LinAlgError", *[name for family in FAMILIES for name in family.__all__]]
