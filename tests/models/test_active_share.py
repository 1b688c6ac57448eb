"""The share of new customers who buy again in a stretch of time, against many drawn lives."""

from __future__ import annotations

import numpy as np
import pytest

from models.test_contract import KINDS
from regulars.models import BgNbd, MbgNbd


@pytest.mark.parametrize("kind", [BgNbd, MbgNbd])
def test_the_share_is_that_of_drawn_lives(kind: type[BgNbd]) -> None:
    model = KINDS[kind.name].truth
    customers = 200_000
    who, when = model.lives(np.random.default_rng(2), customers, 1200.0)
    for since, until in ((0.0, 91.0), (91.0, 182.0), (365.0, 730.0), (1000.0, 1200.0)):
        share = len(np.unique(who[(when > since) & (when <= until)])) / customers
        noise = 4 * (share * (1 - share) / customers) ** 0.5
        assert model.active_share_of_new(until, since) == pytest.approx(share, abs=noise)


def test_no_time_has_no_share() -> None:
    with pytest.raises(ValueError, match="no time"):
        BgNbd(0.2, 4.0, 0.8, 2.4).active_share_of_new(5, 5)
