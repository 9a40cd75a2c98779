"""Metrics, against scikit-learn, and over batches as over all at once."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import autograd as ag
import nn
from nn.metrics import R2, Accuracy, ConfusionMatrix, Mean, TopK, accuracy, confusion_matrix, named, r2, top_k

oracle = pytest.importorskip("sklearn.metrics")

rng = np.random.default_rng(0)
SCORES = rng.normal(size=(101, 7)).astype(np.float32)
LABELS = rng.integers(7, size=101)
X, Y = rng.normal(size=(50, 3)), 1e6 + rng.normal(size=(50, 3))


def in_batches(metric, out, y, sizes=(1, 16, 3, 20)):
    """The metric of all, seen in batches of unequal sizes."""
    metric.reset()
    cuts = np.cumsum(sizes)
    for a, b in zip(np.split(out, cuts), np.split(y, cuts)):
        metric.update(a, b)
    return metric.value()


def test_accuracy():
    expected = oracle.accuracy_score(LABELS, SCORES.argmax(1))
    assert accuracy(SCORES, LABELS) == expected
    assert in_batches(Accuracy(), SCORES, LABELS) == expected
    assert accuracy(SCORES[:100].reshape(10, 10, 7), LABELS[:100].reshape(10, 10)) == (
        oracle.accuracy_score(LABELS[:100], SCORES[:100].argmax(1))
    )


def test_accuracy_of_one_score():
    logits, y = SCORES[:, :1], (LABELS > 3)[:, None].astype(np.float32)
    assert accuracy(logits, y, threshold=0.0) == oracle.accuracy_score(y, logits > 0)


@pytest.mark.parametrize("k", [1, 2, 5, 6])
def test_top_k(k):
    expected = oracle.top_k_accuracy_score(LABELS, SCORES, k=k, labels=range(7))
    assert top_k(SCORES, LABELS, k) == expected
    assert in_batches(TopK(k), SCORES, LABELS) == expected
    assert TopK(k).name == f"top-{k}"


def test_top_k_of_equal_scores_and_of_nan():
    same = np.zeros((4, 4))
    labels = np.arange(4)
    assert [top_k(same, labels, k) for k in (1, 2, 4)] == [0.25, 0.5, 1.0]
    assert top_k(same, labels, 1) == accuracy(same, labels)


def test_a_score_of_nan_is_above_all_and_never_right():
    nan = np.nan
    scores, labels = np.array([[nan, nan], [nan, 1], [1, nan], [0, 1]]), [0, 1, 1, 1]
    assert accuracy(scores, labels) == top_k(scores, labels, k=1) == 0.25
    assert top_k(scores, labels, k=2) == 0.5
    assert accuracy([nan, nan, -1.0], [0, 1, 0], threshold=0) == 1 / 3


def test_what_was_seen_is_shown():
    metrics = [Accuracy(), Accuracy(0.5), TopK(2), ConfusionMatrix(["a", "b"]), R2(), Mean(nn.MSELoss(), "error")]
    assert [repr(metric) for metric in metrics] == [
        "Accuracy()", "Accuracy(threshold=0.5)", "TopK(2)", "ConfusionMatrix(2): [[0, 0], [0, 0]]", "R2()",
        "Mean('error')",
    ]  # fmt: skip
    metrics[0].update(np.eye(4), [0, 1, 2, 0])
    assert repr(metrics[0]) == "Accuracy(): 0.75"


def test_confusion_matrix():
    expected = oracle.confusion_matrix(LABELS, SCORES.argmax(1), labels=range(7))
    assert confusion_matrix(SCORES, LABELS).tolist() == expected.tolist()
    assert in_batches(ConfusionMatrix(7), SCORES, LABELS).tolist() == expected.tolist()


def test_a_confusion_matrix_prints_with_the_names_of_the_classes():
    matrix = ConfusionMatrix(["cat", "elephant"])
    matrix.update([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], [0, 0, 1])
    assert str(matrix).splitlines() == [
        "         |      cat elephant |  right",
        "     cat |        1        1 |  50.0%",
        "elephant |        .        1 | 100.0%",
    ]


def test_r2():
    for out, y in ((X[:, 0], X[:, 1]), (X, Y), (Y + X / 9, Y)):
        assert_allclose(r2(out, y), oracle.r2_score(y, out), rtol=1e-9)
        assert_allclose(in_batches(R2(), out, y), oracle.r2_score(y, out), rtol=1e-9)
    constant = np.ones(5)
    assert r2(constant, constant) == oracle.r2_score(constant, constant) == 1
    assert r2(constant + 1, constant) == oracle.r2_score(constant, constant + 1) == 0
    assert np.isnan(r2([1.0], [1.0]))


def test_r2_of_float32_is_not_lost_to_rounding():
    y = (1e4 + rng.normal(size=1000)).astype(np.float32)
    out = y + rng.normal(scale=0.5, size=1000).astype(np.float32)
    expected = oracle.r2_score(y.astype(float), out.astype(float))
    assert_allclose(in_batches(R2(), out, y), expected, rtol=1e-6)


def test_functions_are_averaged_by_the_size_of_batches():
    (metric,) = named([nn.functional.mse_loss])
    assert metric.name == "mse_loss"
    assert_allclose(in_batches(metric, X, X + 2), 4)
    expected = ((X - Y) ** 2).mean()
    assert_allclose(in_batches(metric, X, Y), expected)


def test_tensors_and_lists_will_do():
    out = ag.tensor(SCORES, requires_grad=True)
    assert accuracy(out * 2, ag.tensor(LABELS)) == accuracy(SCORES.tolist(), LABELS.tolist())


def test_a_reset_metric_has_seen_nothing():
    for metric in (Accuracy(), TopK(2), R2(), Mean(nn.MSELoss())):
        metric.update(np.eye(3), np.arange(3) if metric.name in ("accuracy", "top-2") else np.eye(3))
        assert not np.isnan(metric.value())
        metric.reset()
        assert np.isnan(metric.value())


class Nameless:
    def update(self, out, y):
        """What makes it a metric."""


# fmt: off
FAULTS = [
    (lambda: accuracy(SCORES, LABELS[:3]),                ValueError, r"out \(101, 7\) does not fit y \(3,\)"),
    (lambda: accuracy(SCORES, LABELS[:, None]),           ValueError, r"out holds a score for every class"),
    (lambda: accuracy(LABELS, LABELS),                    ValueError, "threshold=0 for logits"),
    (lambda: accuracy(SCORES, LABELS.astype(float)),      TypeError,  "y is float64; classes are integers"),
    (lambda: accuracy(SCORES, LABELS + 1),                IndexError, "no class 7 among 7 scores"),
    (lambda: accuracy(SCORES, LABELS - 1),                IndexError, "no class -1 among 7 scores"),
    (lambda: accuracy(X, X[:, :1], threshold=0),          ValueError, "must have one shape"),
    (lambda: top_k(SCORES, LABELS, 8),                    ValueError, "no 8 highest of 7 scores"),
    (lambda: TopK(0),                                     ValueError, "TopK: k must be an integer ≥ 1, not 0"),
    (lambda: ConfusionMatrix(3)(SCORES, LABELS),          ValueError, "7 scores do not fit 3 classes"),
    (lambda: TopK(1.5),                                   ValueError, "k must be an integer ≥ 1, not 1.5"),
    (lambda: TopK(True),                                  ValueError, "k must be an integer ≥ 1, not True"),
    (lambda: ConfusionMatrix(0),                          ValueError, "classes must be an integer ≥ 1, not 0"),
    (lambda: ConfusionMatrix([]),                         ValueError, "classes must be an integer ≥ 1, not 0"),
    (lambda: ConfusionMatrix(2.5),                        ValueError, "classes must be an integer ≥ 1, not 2.5"),
    (lambda: confusion_matrix(SCORES * np.nan, LABELS),   ValueError, "ConfusionMatrix: a score is NaN"),
    (lambda: Mean(np.subtract, "error")(X, Y),            TypeError,  r"error gives a ndarray of shape \(50, 3\)"),
    (lambda: named([lambda out, y: 0.0]),                 ValueError, r"give it one: nn.metrics.Mean\(function"),
    (lambda: r2(X, X[:, 0]),                              ValueError, r"R2: out \(50, 3\) and y \(50,\) must have one"),
    (lambda: r2(1.0, 1.0),                                ValueError, "single numbers"),
    (lambda: named([Nameless()]),                         ValueError, "Nameless .* has no name; give it one"),
    (lambda: named([Accuracy]),                           TypeError,  r"Accuracy is a class; .* Accuracy\(\)"),
    (lambda: named(["accuracy"]),                         TypeError,  "not a str"),
    (lambda: named([Accuracy(), Accuracy()]),             ValueError, "'accuracy' is taken"),
    (lambda: named([Mean(nn.MSELoss(), "loss")]),         ValueError, "'loss' is taken"),
    (lambda: named([Mean(nn.MSELoss(), "epoch")]),        ValueError, "'epoch' is taken"),
    (lambda: named([Mean(nn.MSELoss(), "validation x")]), ValueError, "'validation x' is taken"),
]
# fmt: on


@pytest.mark.parametrize("call, error, text", FAULTS, ids=[text for *_, text in FAULTS])
def test_what_does_not_fit_is_named(call, error, text):
    with pytest.raises(error, match=text):
        call()


def test_a_batch_that_does_not_fit_is_not_counted():
    metric = Accuracy()
    metric.update(SCORES, LABELS)
    before = metric.value()
    with pytest.raises(IndexError):
        metric.update(SCORES, LABELS + 5)
    assert metric.value() == before
    assert metric.seen == 101


@pytest.mark.parametrize("shape", [(50, 1), (50,), (50, 3, 1)])
def test_r2_is_of_the_same_columns_throughout(shape):
    metric = R2()
    metric.update(X, Y)
    with pytest.raises(ValueError, match=r"other columns than those seen, \(3,\); reset"):
        metric.update(np.zeros(shape), np.zeros(shape))
    assert metric.value() == r2(X, Y)
    metric.reset()
    metric.update(X[:, 0], Y[:, 0])
    assert metric.value() == r2(X[:, 0], Y[:, 0])
