"""Training: the loop, and what is around it. Only `fit` and `evaluate` are for users; callbacks are given a `Run`."""

from nn.training.loop import evaluate, fit

__all__ = ["evaluate", "fit"]
