"""Activations as functions, entry by entry or along an axis."""

from __future__ import annotations

from autograd import log_softmax, relu, sigmoid, softmax, softplus, tanh

__all__ = ["log_softmax", "relu", "sigmoid", "softmax", "softplus", "tanh"]
