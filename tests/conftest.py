"""What every test finds: a hint that another test was given is told again. And what several ask for."""

import gc

import pytest

from autograd import lints


@pytest.fixture(autouse=True)
def nothing_told():
    with lints(True):
        yield


@pytest.fixture
def without_gc():
    """Reference counting alone must free everything."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
