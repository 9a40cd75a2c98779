"""What every test finds: a hint that another test was given is told again."""

import pytest

from autograd import lints


@pytest.fixture(autouse=True)
def nothing_told():
    with lints(True):
        yield
