"""What sorting, ranking and running reductions decide: ties, NaN, empty arrays, overflow, and errors."""

import numpy as np
import pytest

import autograd as ag
from autograd import tensor
from autograd.ops.statistics import average, corrcoef, cov

NAN, INF = np.nan, np.inf


def value_and_slope(f, x, u=None):
    """f(x), and the gradient of ⟨u, f⟩."""
    x = tensor(x, dtype=float, requires_grad=True)
    out = f(x)
    out.backward(np.ones(out.shape) if u is None else u)
    return out.data, x.grad.data


def matrix(f, x):
    """The Jacobian in reverse mode, and in forward mode."""
    x = np.array(x, float)
    rows = [value_and_slope(f, x, u)[1] for u in np.eye(f(tensor(x)).size)]
    columns = [ag.jvp(f, (x,), (dx,))[1] for dx in np.eye(x.size)]
    return np.array(rows), np.array(columns).T


# -- ties --------------------------------------------------------------------------------------------------------------

# fmt: off
TIED = [  # function                                      | at                         | slope
    ("sort",            lambda x: ag.sort(x)[1:3],          [2.0, 1.0, 2.0, 5.0],        [1.0, 0.0, 1.0, 0.0]),
    ("sort, part",      lambda x: ag.sort(x)[0],            [2.0, 1.0, 1.0, 1.0],        [0.0, 1 / 3, 1 / 3, 1 / 3]),
    ("sort, axis",      lambda x: ag.sort(x, axis=0)[0],    [[1.0, 3.0], [1.0, 2.0]],    [[0.5, 0.0], [0.5, 1.0]]),
    ("sort, down",      lambda x: ag.sort(x, descending=True)[0], [3.0, 1.0, 3.0],       [0.5, 0.0, 0.5]),
    ("partition",       lambda x: ag.partition(x, 0)[0],    [2.0, 1.0, 1.0],             [0.0, 0.5, 0.5]),
    ("median",          ag.median,                          [1.0, 2.0, 2.0, 2.0],        [0.0, 1 / 3, 1 / 3, 1 / 3]),
    ("median of two",   ag.median,                          [1.0, 2.0, 2.0, 3.0],        [0.0, 0.5, 0.5, 0.0]),
    ("quantile",        lambda x: ag.quantile(x, 0.25),     [1.0, 1.0, 3.0],             [0.5, 0.5, 0.0]),
    ("nanmedian",       ag.nanmedian,                       [NAN, 2.0, 2.0],             [0.0, 0.5, 0.5]),
    ("nanmax",          ag.nanmax,                          [3.0, NAN, 3.0],             [0.5, 0.0, 0.5]),
    ("nanmax of -inf",  ag.nanmax,                          [-INF, NAN],                 [1.0, 0.0]),
    ("nanmin",          ag.nanmin,                          [3.0, NAN, 3.0],             [0.5, 0.0, 0.5]),
    ("ptp",             ag.ptp,                             [1.0, 4.0, 4.0],             [-1.0, 0.5, 0.5]),
    ("ptp of equals",   ag.ptp,                             [4.0, 4.0],                  [0.0, 0.0]),
    ("cummax",          lambda x: ag.cummax(x)[-1],         [1.0, 3.0, 3.0, 2.0],        [0.0, 0.5, 0.5, 0.0]),
    ("cummin",          lambda x: ag.cummin(x)[-1],         [3.0, 1.0, 1.0, 2.0],        [0.0, 0.5, 0.5, 0.0]),
    ("nanstd",          ag.nanstd,                          [2.0, NAN, 2.0],             [0.0, 0.0, 0.0]),
]
# fmt: on


@pytest.mark.parametrize("f, x, slope", [t[1:] for t in TIED], ids=[t[0] for t in TIED])
def test_entries_that_tie_share_the_gradient(f, x, slope):
    np.testing.assert_allclose(value_and_slope(f, x)[1], slope, rtol=1e-15)
    _, dout = ag.jvp(lambda x: f(x).sum(), (np.array(x),), (np.ones_like(x),))
    assert dout == pytest.approx(np.sum(slope), abs=1e-15)
    recorded = tensor(x, requires_grad=True)
    (g,) = ag.gradients(f(recorded).sum(), (recorded,), create_graph=True)
    np.testing.assert_allclose(g.data, slope, rtol=1e-15)


@pytest.mark.parametrize("run, extreme", [(ag.cummax, ag.max), (ag.cummin, ag.min)])
@pytest.mark.parametrize("seed", range(5))
def test_running_extremes_are_extremes_of_what_came_before(run, extreme, seed):
    """In value and in slope, however many tie."""
    x = np.random.default_rng(seed).integers(0, 3, 8).astype(float)
    by_rows = [value_and_slope(lambda x, i=i: extreme(x[: i + 1]), x) for i in range(8)]
    np.testing.assert_array_equal(run(tensor(x)).data, [out for out, _ in by_rows])
    for jacobian in matrix(run, x):
        np.testing.assert_allclose(jacobian, [g for _, g in by_rows], rtol=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_a_sorted_entry_is_shared_by_all_that_tie(seed):
    x = np.random.default_rng(seed).integers(0, 3, 8).astype(float)
    same = (np.sort(x)[:, None] == x).astype(float)
    for jacobian in matrix(ag.sort, x):
        np.testing.assert_allclose(jacobian, same / same.sum(1, keepdims=True), rtol=1e-7)


def test_an_infinite_slope_stays_with_its_tie():
    x = [0.0, 1.0, 1.0]
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(value_and_slope(lambda x: ag.log(ag.sort(x)), x)[1], [INF, 1.0, 1.0])
        np.testing.assert_array_equal(value_and_slope(lambda x: ag.log(ag.cummax(x)), x)[1], [INF, 1.5, 0.5])


# -- zeros and overflow ------------------------------------------------------------------------------------------------

# fmt: off
FINITE = [  # function                                  | at                          | slope
    (ag.cumprod,                                          [0.0, 0.0, 1e300, 1e300],     [1.0, 0.0, 0.0, 0.0]),
    (lambda x: ag.cumprod(x)[:2],                         [1e-300, 1e200, 1e200],       [1e200, 1e-300, 0.0]),
    (lambda x: ag.cumprod(x)[3],                          [1e-300, 1e200, 1e200, 0.0],  [0.0, 0.0, 0.0, 1e100]),
    (ag.logcumsumexp,                                     [1e300, 0.0, -1e300],         [3.0, 0.0, 0.0]),
    (ag.logcumsumexp,                                     [-INF, -INF, 2.0],            [0.0, 0.0, 1.0]),
    (lambda x: ag.quantile(x, 0.5),                       [1.0, 2.0, INF],              [0.0, 1.0, 0.0]),
    (ag.median,                                           [-1e300, 0.0, 1e300, 1e300],  [0.0, 0.5, 0.25, 0.25]),
]
# fmt: on


@pytest.mark.parametrize("f, x, slope", FINITE)
def test_what_is_finite_stays_finite(f, x, slope):
    np.testing.assert_allclose(value_and_slope(f, x)[1], slope, rtol=1e-14)


def test_running_products_of_many_columns_agree_with_those_of_one():
    """There are two ways to run along an axis: by rows, and by columns."""
    x = np.random.default_rng(0).uniform(-1.5, 1.5, (5, 9))
    x[2, 3] = x[3, 3] = x[4, 0] = 0
    wide, narrow = value_and_slope(lambda x: ag.cumprod(x, 0), x), [value_and_slope(ag.cumprod, row) for row in x.T]
    np.testing.assert_allclose(wide[0], np.transpose([out for out, _ in narrow]), rtol=1e-14)
    np.testing.assert_allclose(wide[1], np.transpose([g for _, g in narrow]), rtol=1e-14)


# -- NaN and nothing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [ag.median, lambda x, axis: ag.quantile(x, 0.4, axis)])
def test_nan_is_passed_on_by_what_ranks(f):
    x = [[NAN, 1.0, 2.0], [3.0, 4.0, 5.0]]
    out, g = value_and_slope(lambda x: f(x, axis=1), x)
    assert np.isnan(out).tolist() == [True, False]
    assert np.isfinite(g).all()
    assert np.isnan(ag.sort(tensor([NAN, 1.0])).data).tolist() == [False, True]


@pytest.mark.parametrize("name", ["nanmean", "nanvar", "nanstd", "nanmax", "nanmin", "nanmedian", "nanquantile"])
def test_a_slice_of_nan_warns_as_numpy_does(name):
    x, more = np.array([[NAN, NAN], [1.0, 2.0]]), (0.5,) if name == "nanquantile" else ()
    with pytest.warns(RuntimeWarning) as told:
        expected = getattr(np, name)(x, *more, axis=1)
    with pytest.warns(RuntimeWarning) as ours:
        out, g = value_and_slope(lambda x: getattr(ag, name)(x, *more, axis=1), x)
    assert [str(w.message) for w in ours] == [str(told[0].message)]
    assert ours[0].filename == __file__
    np.testing.assert_array_equal(out, expected)
    assert np.isfinite(g).all()
    assert g[0].tolist() == [0.0, 0.0]


def test_nothing_reduces_as_in_numpy():
    empty = tensor(np.zeros((0, 2)), requires_grad=True)
    assert ag.cumsum(empty).shape == (0,)
    assert ag.sort(empty, axis=0).shape == (0, 2)
    assert ag.nansum(empty, axis=0).tolist() == [0.0, 0.0]
    assert ag.nanprod(empty, axis=0).tolist() == [1.0, 1.0]
    for f in (ag.mean, ag.median, ag.nanmean, ag.nanmedian):
        with pytest.warns(RuntimeWarning):
            assert np.isnan(f(empty).data)
    for f, told in [(ag.max, "max: .*no identity"), (ag.ptp, "max"), (ag.nanmax, "nanmax: .*no identity")]:
        with pytest.raises(ValueError, match=told):
            f(empty)
    with pytest.raises(ValueError, match=r"quantile: \(0, 2\), axis=0: there are no entries to rank"):
        ag.quantile(empty, 0.5, axis=0)


def test_degrees_of_freedom():
    for f in (ag.var, ag.std):
        with pytest.warns(RuntimeWarning):
            assert f(tensor([1.0, 2.0]), ddof=3).item() == INF
        with pytest.raises(ValueError, match=f"{f.__name__}: ddof=1 and correction=1"):
            f(tensor([1.0, 2.0]), ddof=1, correction=1)
    with pytest.warns(RuntimeWarning, match="no degrees of freedom"), np.errstate(invalid="ignore"):
        assert np.isnan(cov(tensor([1.0])).item())


# -- quantiles ---------------------------------------------------------------------------------------------------------


def test_the_slope_by_q_at_an_entry_is_the_smaller_one():
    x = tensor([0.0, 1.0, 5.0])
    assert ag.grad(lambda q: ag.quantile(x, q))(0.25) == 2.0
    assert ag.grad(lambda q: ag.quantile(x, q))(0.5) == 2.0
    assert ag.grad(lambda q: ag.quantile(x, q))(0.75) == 8.0
    assert ag.grad(lambda q: ag.quantile(-x, q))(0.5) == 2.0
    assert ag.grad(lambda q: ag.percentile(x, q))(75.0) == pytest.approx(0.08)
    ends = ag.grad(lambda q: ag.quantile(x, q).sum())(np.array([0.0, 1.0]))
    np.testing.assert_array_equal(ends, [2.0, 8.0])
    assert ag.grad(lambda q: ag.quantile(tensor([3.0]), q))(0.5) == 0.0
    with pytest.raises(TypeError, match="'lower' there is no slope by q"):
        ag.grad(lambda q: ag.quantile(x, q, method="lower"))(0.25)


@pytest.mark.parametrize("q", [0.3, [0.3, 1], np.array([0.3]), np.float32(0.3), 0, [0, 1]])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64])
@pytest.mark.parametrize("method", ["linear", "lower", "hazen"])
def test_quantiles_have_numpys_dtype(q, dtype, method):
    x = np.array([4, 1, 3, 2], dtype)
    expected = np.quantile(x, q, method=method)
    out = ag.quantile(x, q, method=method)
    assert (out.dtype, out.shape) == (expected.dtype, expected.shape)
    np.testing.assert_allclose(out.data, expected, rtol=1e-3)


@pytest.mark.parametrize("f", [ag.quantile, ag.percentile, ag.nanquantile])
def test_a_quantile_that_is_none(f):
    with pytest.raises(ValueError, match=f"{f.__name__}: "):
        f(tensor([1.0, 2.0]), 101)
    with pytest.raises(ValueError, match=f"{f.__name__}: .*not a valid method"):
        f(tensor([1.0, 2.0]), 0.5, method="best")


# -- order without a gradient ------------------------------------------------------------------------------------------


def test_argsort():
    x = np.array([[3.0, 1.0, 3.0, NAN], [0.0, -0.0, INF, -INF]])
    for axis in (-1, 0, None):
        expected = np.argsort(x, axis, stable=True)
        np.testing.assert_array_equal(ag.argsort(tensor(x), axis).data, expected, strict=True)
        down = ag.argsort(tensor(x, requires_grad=True), axis, descending=True)
        assert not down.requires_grad
        flat = x.ravel() if axis is None else x
        in_order = np.take_along_axis(flat, down.data, axis or 0)
        np.testing.assert_array_equal(in_order, ag.sort(flat, axis or 0, descending=True).data)
    assert ag.argsort([2.0, 2.0, 1.0], descending=True).tolist() == [0, 1, 2]


def test_argpartition():
    x = np.array([[3.0, 1.0, 2.0, 0.0], [0.0, 5.0, 1.0, -1.0]])
    np.testing.assert_array_equal(ag.argpartition(tensor(x), 1).data, np.argpartition(x, 1), strict=True)
    np.testing.assert_array_equal(ag.argpartition(x, 3, None).data, np.argpartition(x, 3, None), strict=True)
    for f in (ag.partition, ag.argpartition):
        with pytest.raises(ValueError, match=rf"{f.__name__}: \(2, 4\), axis=1: kth"):
            f(tensor(x), 4)


@pytest.mark.parametrize("ours, numpy", [(ag.nanargmax, np.nanargmax), (ag.nanargmin, np.nanargmin)])
def test_nanargmax(ours, numpy):
    x = np.array([[NAN, 1.0, 2.0], [3.0, NAN, 3.0]])
    np.testing.assert_array_equal(ours(tensor(x), 1, keepdims=True).data, numpy(x, 1, keepdims=True), strict=True)
    assert ours(x).item() == numpy(x)
    with pytest.raises(ValueError, match=f"{numpy.__name__}: .*All-NaN"):
        ours(tensor([NAN]))


# -- NumPy's own functions ---------------------------------------------------------------------------------------------

# fmt: off
NAMED = [
    lambda x: np.sort(x), lambda x: np.median(x), lambda x: np.quantile(x, 0.3), lambda x: np.percentile(x, [10, 60]),
    lambda x: np.partition(x, 1), lambda x: np.cumsum(x), lambda x: np.cumprod(x), lambda x: np.diff(x, 2),
    lambda x: np.gradient(x), lambda x: np.gradient(x, 0.5, edge_order=2), lambda x: np.trapezoid(x, dx=0.1),
    lambda x: np.unwrap(3 * x), lambda x: np.ediff1d(x), lambda x: np.nansum(x), lambda x: np.nanmax(x),
    lambda x: np.ptp(x), lambda x: np.amax(x), lambda x: np.sum(x, dtype=np.float64), lambda x: np.var(x, correction=1),
    lambda x: np.add.accumulate(x), lambda x: np.multiply.accumulate(x), lambda x: np.maximum.accumulate(x),
    lambda x: np.minimum.accumulate(x), lambda x: np.logaddexp.accumulate(x), lambda x: np.logaddexp.reduce(x),
    lambda x: np.add.accumulate(x[:, None] * x, axis=1), lambda x: np.logaddexp.reduce(x[:, None] * x),
]
# fmt: on


@pytest.mark.parametrize("f", NAMED)
def test_numpys_functions_find_ours(f):
    x = np.array([0.3, -1.2, 2.0, 0.7])
    out, g = value_and_slope(f, x)
    np.testing.assert_allclose(out, f(x), rtol=1e-14)
    u = np.ones(np.shape(out))
    expected = [np.sum(u * (f(x + h) - f(x - h))) / 2e-6 for h in 1e-6 * np.eye(4)]
    np.testing.assert_allclose(g, expected, rtol=1e-7, atol=1e-8)


# -- constants of any kind ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [bool, np.int8, np.int64, np.uint16, np.float16, np.complex64])
@pytest.mark.parametrize(
    "name", "cumsum cumprod sum prod mean var std diff sort nansum nanprod nanmean nanvar nancumsum median ptp".split()
)
def test_constants_of_any_dtype(name, dtype):
    x = np.array([[1, 0, 1], [1, 1, 0]], dtype)
    if dtype is bool and name == "ptp":
        return  # NumPy does not subtract truths
    expected = getattr(np, name)(x, axis=1)
    out = getattr(ag, name)(tensor(x), axis=1)
    assert (out.dtype, out.shape) == (expected.dtype, expected.shape)
    np.testing.assert_allclose(out.data, expected, rtol=1e-3)


@pytest.mark.parametrize("dtype", [np.int8, np.float32, bool, np.complex128])
@pytest.mark.parametrize("name", ["sum", "prod", "cumsum", "cumprod", "nansum", "cumulative_sum"])
def test_dtype(name, dtype):
    x = np.array([100.5, 50.25])
    with np.errstate(all="ignore"):
        expected = getattr(np, name)(x, dtype=dtype)
        out = getattr(ag, name)(tensor(x), dtype=dtype)
    np.testing.assert_array_equal(out.data, expected, strict=True)


def test_a_complex_spread():
    z = np.array([1 + 2j, 3 - 1j, 0.5j])
    assert ag.var(tensor(z)).item() == pytest.approx(np.var(z))
    np.testing.assert_allclose(cov(tensor(z), tensor(z * z)).data, np.cov(z, z * z), rtol=1e-14)
    np.testing.assert_allclose(corrcoef(tensor(z), tensor(z * z)).data, np.corrcoef(z, z * z), rtol=1e-14)


# -- statistics --------------------------------------------------------------------------------------------------------


def test_average_tells_the_weights():
    x, w = np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0, 5.0])
    for weights in (None, w):
        for ours, theirs in zip(average(x, 1, weights, returned=True), np.average(x, 1, weights, returned=True)):
            np.testing.assert_allclose(ours.data, theirs, rtol=1e-15)
    with pytest.raises(ZeroDivisionError, match="average"):
        average(x, 1, [1.0, -1.0, 0.0])
    with pytest.raises(ValueError, match=r"average: \(2, 3\), axis=0: weights \(3,\)"):
        average(x, 0, w)


def test_correlations_stay_within_their_bounds():
    x = np.array([0.1, 0.7, 0.2])
    r = corrcoef(tensor(x, requires_grad=True), tensor(3 * x, requires_grad=True))
    assert (abs(r.data) <= 1).all()
    assert r.requires_grad
    assert corrcoef(tensor(x)).item() == 1.0


def test_what_weights_observations():
    x = tensor([1.0, 2.0, 4.0])
    with pytest.raises(ValueError, match=r"cov: fweights \(2,\) must be \(3,\)"):
        cov(x, fweights=[1, 2])
    with pytest.raises(ValueError, match="cov: aweights"):
        cov(x, aweights=[1.0, -1.0, 1.0])
    with pytest.raises(TypeError, match="cov: fweights counts"):
        cov(x, fweights=[1.5, 1.0, 1.0])
    with pytest.raises(ValueError, match=r"cov: \(1, 1, 1\)"):
        cov(tensor([[[1.0]]]))
    assert cov(np.zeros((0, 3))).shape == (0, 0)


# -- differences -------------------------------------------------------------------------------------------------------


def test_errors_of_differences():
    x = tensor([1.0, 2.0, 4.0])
    for call, told in [
        (lambda: ag.diff(x, -1), "diff: .*not negative"),
        (lambda: ag.diff(tensor(1.0)), r"diff: \(\)"),
        (lambda: ag.gradient(x, edge_order=3), "gradient: .*edge_order=3"),
        (lambda: ag.gradient(x[:1]), r"gradient: \(1,\)"),
        (lambda: ag.gradient(x, [1.0, 2.0]), r"gradient: coordinates \(2,\) must be as many as samples, 3"),
        (lambda: ag.cumulative_sum(tensor([[1.0]])), "cumulative_sum: .*axis="),
        (lambda: ag.cumsum(x, 1), "cumsum: axis 1"),
        (lambda: ag.sort(x, 1), "sort: axis 1"),
        (lambda: ag.median(x, 1), "median: axis 1"),
    ]:
        with pytest.raises(ValueError, match=told):
            call()
    with pytest.raises(TypeError, match="gradient: 2 spacings for 1 axes"):
        ag.gradient(x, 1.0, 2.0)
    with pytest.raises(TypeError, match="ediff1d: float64 does not fit among differences of int64"):
        ag.ediff1d([1, 2], to_end=0.5)


def test_differences_of_truths():
    assert ag.diff(tensor([True, False, False])).tolist() == [True, False]


def test_unwrap_has_a_slope_by_its_period():
    assert ag.grad(lambda period: ag.unwrap(tensor([0.0, 3.0, 5.0]), period=period)[1])(4.0) == -1.0
    assert ag.unwrap(tensor([0, 3, 5]), period=4).tolist() == np.unwrap([0, 3, 5], period=4).tolist()


# -- nested lists ------------------------------------------------------------------------------------------------------


RANKING = "sort argsort median ptp var nansum nanmean nanmax nanmedian nancumsum nanstd".split()
RUNNING = "cumsum cumprod cummax logcumsumexp diff ediff1d gradient trapezoid unwrap".split()


@pytest.mark.parametrize("name", RANKING + RUNNING)
def test_nested_lists(name):
    np.testing.assert_array_equal(getattr(ag, name)([3, 1, 2]).data, getattr(ag, name)(tensor([3, 1, 2])).data)


def test_nested_lists_of_statistics():
    assert ag.quantile([3, 1, 2], 0.5).item() == ag.partition([3, 1, 2], 1)[1].item() == 2
    assert average([1, 2, 6]).item() == 3
    assert cov([1, 2, 3], [3, 2, 1]).tolist() == [[1, -1], [-1, 1]]
