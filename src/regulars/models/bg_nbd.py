"""BG/NBD: buys at random while alive, may drop out after any repeat purchase.

Fader, Hardie & Lee, "Counting your customers" the easy way, Marketing Science 24 (2005) 275–284.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from regulars.models.beta_geometric import BetaGeometric


@dataclass(frozen=True)
class BgNbd(BetaGeometric):
    """Rates λ ~ Gamma(r, α); after each repeat purchase dropout with p ~ Beta(a, b).

    A customer without a repeat has had no occasion to drop out: his P(alive) is 1, however long ago
    he bought. Where that is unbelievable take MBG/NBD or Pareto/NBD.

    Parameters
    ----------
    r : shape of the rates; alpha : their scale, in units of time.
    a, b : shapes of the dropout probability.
    unit_days : days in one unit of time.
    """

    name: ClassVar[str] = "bg_nbd"
    first: ClassVar[int] = 0
    r: float
    alpha: float
    a: float
    b: float
    unit_days: float = 1.0
