"""A small piece of each campaign of faults; `bench/faults.py` runs them at their full size."""

import pytest

from tests.campaigns.catalogue import CAMPAIGNS
from tests.campaigns.tally import Tally


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_no_promise_is_broken(name):
    tally = Tally()
    CAMPAIGNS[name].small(1, tally)
    assert tally.broken == []
    assert tally.cases
    assert tally.fired
