"""Functions whose answers carry no gradient: of arrays, of Tensors, and by NumPy's own names."""

import numpy as np
import pytest

import autograd as ag
from autograd import ops, tensor
from autograd.ops.questions import ANSWERED
from tests.optable.questions import ANSWERS


def same(out, expected):
    """The same values; arrays as Tensors without a graph, tuples of one kind, all else as NumPy gives it."""
    if isinstance(expected, tuple):
        assert len(out) == len(expected)
        assert getattr(out, "_fields", ()) == getattr(expected, "_fields", ())
        for entry, one in zip(out, expected):
            same(entry, one)
    elif isinstance(expected, np.ndarray | np.generic):
        assert isinstance(out, ag.Tensor)
        assert not out.requires_grad
        assert isinstance(out.data, np.ndarray if out.ndim else np.generic)
        np.testing.assert_array_equal(out.data, expected, strict=True)
    else:
        assert type(out) is type(expected)
        assert out == expected


def leaf(x):
    return tensor(x, requires_grad=x.dtype.kind == "f") if isinstance(x, np.ndarray) else x


@pytest.mark.parametrize("ours, numpy, args, kwargs", ANSWERS, ids=[f"{a[0].__name__} {a[3]}" for a in ANSWERS])
def test_answers(ours, numpy, args, kwargs):
    expected = numpy(*args, **kwargs)
    same(ours(*args, **kwargs), expected)
    leaves = [leaf(x) for x in args[:1]] + list(args[1:])
    same(ours(*leaves, **kwargs), expected)
    same(numpy(*leaves, **kwargs), expected)
    with ag.no_grad():
        same(numpy(*map(leaf, args), **kwargs), expected)


def test_what_is_answered_is_numpys_and_sorted():
    for name in ANSWERED:
        home, _, method = name.rpartition(".")
        assert hasattr(getattr(np, home) if home else np, method)
    assert ops.questions.__all__ == sorted(ops.questions.__all__)
    assert set(ops.questions.__all__) <= ANSWERED


def test_weights_keep_their_gradient():
    """A count carries none, but what is counted with a weight would."""
    w = tensor([0.5, 2.0, 1.0], requires_grad=True)
    for call in (
        lambda: ag.bincount([0, 1, 1], w),
        lambda: ag.bincount([0, 1, 1], weights=w),
        lambda: np.bincount(np.array([0, 1, 1]), weights=w),
        lambda: ag.histogram([0.0, 1.0, 1.0], weights=w),
    ):
        with pytest.raises(TypeError, match=r"(bincount|histogram): would lose the gradient of its weights"):
            call()
    with ag.no_grad():
        assert ag.bincount([0, 1, 1], w).tolist() == [0.5, 3.0]
    assert ag.bincount([0, 1, 1], w.detach()).tolist() == [0.5, 3.0]


def test_errors_name_the_question():
    with pytest.raises(ValueError, match=r"equal: \(2,\), \(3,\): operands could not be broadcast"):
        ag.equal(np.ones(2), np.ones(3))
    with pytest.raises(np.exceptions.AxisError, match=r"all: \(2,\): axis 3 is out of bounds"):
        ag.all(np.ones(2), axis=3)
    with pytest.raises(TypeError, match=r"left_shift: \(2,\), \(\): ufunc 'left_shift' not supported"):
        ag.left_shift(np.ones(2), 1)
    with pytest.raises(TypeError, match="any: takes no out=; take the result instead"):
        ag.any(np.ones(2), out=np.empty((), bool))


def test_other_names():
    assert ag.bitwise_invert is ag.bitwise_not is ag.invert
    assert (ag.bitwise_left_shift, ag.bitwise_right_shift) == (ag.left_shift, ag.right_shift)
    assert np.bitwise_left_shift(tensor([1, 2]), 1).tolist() == [2, 4]
