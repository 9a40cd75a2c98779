"""Tests of nn: PyTorch is the oracle for values, gradients and training."""
