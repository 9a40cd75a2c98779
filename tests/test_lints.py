import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import LintWarning, lint, lints, no_grad, tensor

ROOT = Path(__file__).parents[1]


def told(function):
    """The lints that a call gives rise to."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        function()
    assert all(issubclass(w.category, LintWarning) for w in found)
    return found


def test_a_lint_is_told_once():
    assert len(told(lambda: [lint("a", "one"), lint("a", "one"), lint("b", "other")])) == 2
    assert not told(lambda: lint("a", "one"))


def test_the_switch_holds_for_a_block_or_for_good():
    with lints(False):
        assert not told(lambda: lint("a", "one"))
    assert told(lambda: lint("a", "one"))
    with lints(True):
        assert told(lambda: lint("a", "one"))
    assert not told(lambda: lint("a", "one"))
    lints(False)
    assert not told(lambda: lint("b", "other"))


def test_it_points_at_the_line_of_the_user(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import nn\n"
        "p = nn.Parameter([1.0, 2.0])\n"
        "optimizer = nn.optim.SGD([p], lr=0.1)\n"
        "for _ in range(3):\n"
        "    loss = (p * p).sum()\n"
        "    loss.backward()  # here\n"
        "    optimizer.step()\n",
        "utf-8",
    )
    run = subprocess.run(
        [sys.executable, str(program)], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert run.stderr.count("LintWarning") == 1
    assert "program.py:6: LintWarning: backward: the gradient of <leaf (2,) float32> is added" in run.stderr


def steps(p, between):
    """Three steps downhill, and something between each of them."""
    optimizer = nn.optim.SGD([p], lr=0.1)
    for _ in range(3):
        (p * p).sum().backward()
        optimizer.step()
        between(optimizer)


def test_gradients_never_zeroed():
    (found,) = told(lambda: steps(nn.Parameter([1.0, 2.0]), lambda optimizer: None))
    assert "optimizer.zero_grad()" in str(found.message)


@pytest.mark.parametrize(
    "zero", [lambda p, o: o.zero_grad(), lambda p, o: setattr(p, "grad", None)], ids=["call", "set"]
)
def test_gradients_zeroed(zero):
    p = nn.Parameter([1.0, 2.0])
    assert not told(lambda: steps(p, lambda optimizer: zero(p, optimizer)))


def test_gradients_of_several_batches_may_be_added():
    def accumulate():
        p = nn.Parameter([1.0, 2.0])
        optimizer = nn.optim.SGD([p], lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            for _ in range(3):
                (p * p).sum().backward()
            optimizer.step()

    assert not told(accumulate)


def test_steps_by_hand_are_seen_too():
    def descend():
        p = tensor([1.0, 2.0], requires_grad=True)
        for _ in range(2):
            (p * p).sum().backward()
            with no_grad():
                p -= 0.1 * p.grad

    (found,) = told(descend)
    assert "set .grad to None" in str(found.message)


def test_adding_after_an_edit_of_something_else():
    def descend():
        p, other = tensor([1.0], requires_grad=True), tensor(np.zeros(2))
        (p * p).sum().backward()
        other[0] = 1.0
        (p * p).sum().backward()

    assert not told(descend)


def test_a_step_without_gradients():
    p = nn.Parameter([1.0, 2.0])
    optimizer = nn.optim.SGD([p], lr=0.1)

    def forgetful():
        for _ in range(2):
            _ = (p * p).sum().backward  # it is not called
            optimizer.step()

    (found,) = told(forgetful)
    assert "SGD.step: no parameter has a gradient" in str(found.message)
    assert "loss.backward()" in str(found.message)


def test_steps_that_need_no_gradient_of_every_parameter():
    p, q = nn.Parameter([1.0]), nn.Parameter([2.0])
    optimizer = nn.optim.SGD([p, q], lr=0.1)
    q.sum().backward()
    assert not told(optimizer.step)
    optimizer.zero_grad()
    p.requires_grad_(False)
    q.requires_grad_(False)
    assert not told(optimizer.step)  # all are frozen, until they thaw


def test_code_without_a_module_may_be_hinted_at():
    told(lambda: exec("from autograd import lint\nlint('a', 'one')", {}))
