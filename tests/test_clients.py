"""Programs that know nothing of us, only of the array API standard: einops, SciPy and scikit-learn, differentiated.

Each row is an expression. On Tensors it must have NumPy's value, and its derivatives in both modes must be the slope
that central differences find. SciPy reads its switch when it is first imported, so the rows run in an interpreter of
their own, all at once.
"""

import json
import os
import subprocess
import sys
import traceback
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import autograd as ag

ROOT = Path(__file__).parents[1]

# x, y: (6, 4) and v, w: (8,), of numbers between ½ and 2; n, m: numbers; d: (4, 4), diagonally dominant; all distinct
OPERANDS = ("x", "y", "v", "w", "n", "m", "d")

EINOPS = """
array_api.rearrange(x, '(a b) c -> b (a c)', a=2)
array_api.rearrange([x, y], 'k a b -> a (k b)')
array_api.reduce(x, '(a b) c -> a c', 'mean', b=3)
array_api.reduce(x, 'a b -> b', 'sum')
array_api.reduce(x, 'a b -> a', 'max')
array_api.reduce(x, 'a b -> ', 'min')
array_api.reduce(x, 'a b -> b', 'prod')
array_api.repeat(x, 'a b -> b (r a)', r=2)
array_api.pack([x, y], '* b')[0]
array_api.unpack(v, [[2], [3, 2]], '*')[1]
"""

SCIPY = """
special.logsumexp(x, axis=1)
special.logsumexp(x, b=y)
special.softmax(x, axis=0)
special.log_softmax(x, axis=1)
special.xlogy(x, y)
special.rel_entr(x, y)
special.erf(x)
special.gammaln(x)
special.ndtr(x)
special.expit(x)
special.logit(x / 4)
special.entr(x)
stats.zscore(x, axis=0)
stats.zmap(x, y)
stats.gzscore(x)
stats.gmean(x, axis=1)
stats.gmean(x, weights=y)
stats.hmean(x, axis=1)
stats.pmean(x, 3, axis=1)
stats.gstd(v)
stats.moment(x, 3)
stats.skew(x, axis=0, bias=False)
stats.kurtosis(x, axis=1)
stats.variation(x, axis=0)
stats.sem(x)
stats.tmean(v)
stats.tvar(v)
stats.tstd(v)
stats.kstat(v, 3)
stats.kstatvar(v, 2)
stats.describe(x).skewness
stats.pearsonr(v, w).statistic
stats.ttest_ind(v, w).statistic
stats.ttest_1samp(v, 1.0).statistic
stats.ttest_rel(v, w).statistic
stats.bartlett(v, w).statistic
stats.jarque_bera(v).statistic
stats.entropy(v)
stats.entropy(x, y)
stats.circmean(v)
stats.circvar(v)
stats.directional_stats(x).mean_direction
stats.quantile(v, n)
stats.iqr(v)
stats.median_abs_deviation(v)
stats.lmoment(v)
stats.differential_entropy(v)
stats.boxcox_llf(0.5, v)
stats.power_divergence(v, v * 0 + v.mean()).statistic
stats.yeojohnson_llf(0.5, v)
stats.trim_mean(v, 0.2)
stats.combine_pvalues(v / 3).statistic
stats.false_discovery_control(v / 3)
integrate.trapezoid(x, y, axis=1)
integrate.trapezoid(v)
differentiate.derivative(lambda t: t ** 3, v).df
integrate.cumulative_trapezoid(x, axis=0)
optimize.rosen(v)
optimize.rosen_der(v)
spatial.transform.Rotation.from_rotvec(x[:, :3]).as_matrix()
spatial.transform.Rotation.from_quat(x).apply(y[:, :3])
spatial.transform.Rotation.from_euler('xyz', x[:, :3]).as_quat()
linalg.block_diag(x, d)
linalg.fiedler(v)
linalg.orthogonal_procrustes(x, y)[0]
constants.convert_temperature(v, 'C', 'K')
cluster.vq.whiten(x)
"""

SKLEARN = """
metrics.mean_squared_error(x, y, multioutput='raw_values')
metrics.root_mean_squared_error(x, y, multioutput='raw_values')
metrics.mean_absolute_error(x, y, multioutput='raw_values')
metrics.mean_absolute_percentage_error(x, y, multioutput='raw_values')
metrics.mean_squared_log_error(x, y, multioutput='raw_values')
metrics.mean_pinball_loss(x, y, multioutput='raw_values')
metrics.r2_score(x, y, multioutput='raw_values')
metrics.explained_variance_score(x, y, multioutput='raw_values')
metrics.pairwise.linear_kernel(x, y)
metrics.pairwise.polynomial_kernel(x, y)
metrics.pairwise.sigmoid_kernel(x, y)
metrics.pairwise.rbf_kernel(x, y)
metrics.pairwise.cosine_similarity(x, y)
metrics.pairwise.cosine_distances(x, y)
metrics.pairwise.euclidean_distances(x, y)
metrics.pairwise.additive_chi2_kernel(x, y)
metrics.pairwise.chi2_kernel(x, y)
metrics.pairwise.paired_euclidean_distances(x, y)
metrics.pairwise.paired_cosine_distances(x, y)
preprocessing.normalize(x)
preprocessing.PolynomialFeatures(2).fit_transform(x)
preprocessing.KernelCenterer().fit_transform(d)
preprocessing.StandardScaler().fit_transform(x)
preprocessing.MinMaxScaler().fit_transform(x)
preprocessing.MaxAbsScaler().fit_transform(x)
linear_model.Ridge(solver='svd').fit(x, y).predict(x)
decomposition.PCA(2, svd_solver='full').fit_transform(x)
decomposition.PCA(2, svd_solver='full').fit(x).explained_variance_ratio_
"""

ROWS = {
    f"{package}.{line}": package
    for package, lines in [("einops", EINOPS), ("scipy", SCIPY), ("sklearn", SKLEARN)]
    for line in lines.strip().splitlines()
}


# -- in an interpreter of their own ------------------------------------------------------------------------------------


def examples():
    rng = np.random.default_rng(5)
    draw = lambda *shape: rng.permutation(np.geomspace(0.5, 2.0, int(np.prod(shape)))).reshape(shape)  # noqa: E731
    x, y, v, w = draw(6, 4), draw(6, 4) + 0.01, draw(8), draw(8) + 0.05  # no entry ties with another
    return dict(zip(OPERANDS, (x, y, v, w, np.float64(0.7), np.float64(1.3), draw(4, 4) + 5 * np.eye(4))))


def check(expression):
    """Raise where a row has another value than NumPy's, or a slope that is none."""
    values = examples()
    used = [name for name in OPERANDS if name in compile(expression, expression, "eval").co_names]
    package = expression.partition(".")[0]
    import_module(".".join(expression.partition("(")[0].split(".")[:2]))
    scope = {package: import_module(package)}

    def f(*operands):
        return eval(expression, scope | dict(zip(used, operands)))

    xs = [values[name] for name in used]
    rng, h = np.random.default_rng(7), 1e-5
    expected = np.asarray(f(*xs))
    out, pullback = ag.vjp(f, *map(ag.asarray, xs))
    assert isinstance(out, ag.Tensor), type(out)
    assert out.dtype == expected.dtype
    np.testing.assert_allclose(out.data, expected, rtol=1e-10, atol=1e-12)
    u = rng.standard_normal(expected.shape)
    directions = [rng.standard_normal(np.shape(x)) for x in xs]
    ahead, behind = (np.asarray(f(*[x + step * d for x, d in zip(xs, directions)])) for step in (h, -h))
    slope = np.sum(u * (ahead - behind)) / (2 * h)
    gs = pullback(ag.asarray(u))
    assert sum(np.sum(g.data * d) for g, d in zip(gs, directions)) == pytest.approx(slope, rel=1e-6, abs=1e-7)
    _, dout = ag.jvp(f, tuple(map(ag.asarray, xs)), tuple(map(ag.asarray, directions)))
    assert np.sum(u * dout.data) == pytest.approx(slope, rel=1e-6, abs=1e-7)


def main():
    import_module("sklearn").set_config(array_api_dispatch=True)
    faults = {}
    for expression in ROWS:
        try:
            check(expression)
        except Exception:
            faults[expression] = traceback.format_exc()
    print(json.dumps(faults))


if __name__ == "__main__":
    main()


# -- and seen from here ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def faults():
    environment = {**os.environ, "SCIPY_ARRAY_API": "1", "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, __file__], env=environment, capture_output=True, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("expression", ROWS)
def test_derivatives_through(expression, faults):
    assert expression not in faults, faults[expression]
