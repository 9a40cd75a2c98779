"""What is asked of options: the words of a need are what is checked, and what the error says."""

import re
import sys
from fractions import Fraction

import numpy as np
import pytest

from autograd import tensor
from nn.checks import choice, integer, number, optional_integer

MOST = sys.float_info.max
ABOVE = np.nextafter(1, 2)

# fmt: off
FIT = {  # what is needed: what will do, and what will not
    "a number":                    ([-np.inf, -1, 0.0, 10**300, np.inf],     []),
    "a number ≥ 0":                ([0, -0.0, 5e-324, np.inf],               [-5e-324, -np.inf]),
    "a number > 0":                ([5e-324, 1, np.inf],                     [0, -0.0, -1]),
    "a number from 0 to 1":        ([0, 0.5, 1],                             [-5e-324, ABOVE]),
    "a number from 0 to 0.5":      ([0, 0.5],                                [np.nextafter(0.5, 1)]),
    "a number ≥ 0 or None":        ([0, 1],                                  [-1, None]),
    "a number > 0 and < 1":        ([5e-324, np.nextafter(1, 0)],            [0, 1]),
    "a finite number":             ([-MOST, 0, MOST],                        [np.inf, -np.inf]),
    "a finite number ≥ 1":         ([1, MOST],                               [np.nextafter(1, 0), np.inf]),
    "a finite number > 0":         ([5e-324, MOST],                          [0, np.inf]),
    "a finite number ≥ 0 and < 1": ([0, np.nextafter(1, 0)],                 [-5e-324, 1]),
}
# fmt: on
NONE = [np.nan, "1", None, True, np.True_, 1j, [1], (1,), np.ones(1), tensor([1.0]), 10**400]


@pytest.mark.parametrize("need", FIT)
def test_the_words_are_the_check(need):
    fits, others = FIT[need]
    for x in fits:
        assert number("SGD", "lr", x, need) is x
    for x in [*others, *NONE]:
        with pytest.raises(ValueError, match=re.escape(f"SGD: lr must be {need}, not {x!r}")):
            number("SGD", "lr", x, need)


@pytest.mark.parametrize("x", [np.float32(1), np.int8(1), np.array(1.0), tensor(1.0), Fraction(1), 1])
def test_numbers_are_of_many_kinds(x):
    assert number("SGD", "lr", x, "a number from 0 to 1") is x
    with pytest.raises(ValueError, match="must be a number < 1"):
        number("SGD", "lr", x, "a number < 1")  # also where a narrower dtype has no number between


def test_integers():
    for x in (2, np.int8(2), np.array(2)):
        assert type(integer("MNIST", "n", x, 2)) is int
    for x in (1, np.int8(1), True, np.True_, 2.0, "2", None, [2], np.array([2])[:0]):
        with pytest.raises(ValueError, match=re.escape(f"MNIST: n must be an integer ≥ 2, not {x!r}")):
            integer("MNIST", "n", x, 2)


def test_integers_or_none():
    assert [optional_integer("NLLLoss", "i", x) for x in (None, 3, np.int64(-3))] == [None, 3, -3]
    with pytest.raises(ValueError, match=r"NLLLoss: i must be an integer or None, not 0\.5"):
        optional_integer("NLLLoss", "i", 0.5)


def test_choices():
    assert choice("gelu", "by", "tanh", ["none", "tanh"]) == "tanh"
    for x in ("tan", None, ""):
        with pytest.raises(ValueError, match=f"gelu: by must be one of 'none', 'tanh', not {x!r}"):
            choice("gelu", "by", x, ("none", "tanh"))


def test_what_is_no_text_is_no_choice():
    for x, shown in (tensor([1.0, 2.0]), "a Tensor"), (np.ones(2), "a ndarray"), (["sum"], re.escape("['sum']")):
        with pytest.raises(ValueError, match=f"MSELoss: reduction must be one of 'mean', 'sum', not {shown}"):
            choice("MSELoss", "reduction", x, {"mean": 0, "sum": 1})
