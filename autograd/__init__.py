"""autograd: a scalar-and-tensor automatic differentiation engine on NumPy."""
from autograd.scope import enable_grad, is_grad_enabled, no_grad
from autograd.tensor import Tensor, tensor
from autograd.ops import *
