"""MBG/NBD: as BG/NBD, with the first purchase an occasion to drop out too.

Batislam, Denizel & Filiztekin, International Journal of Research in Marketing 24 (2007) 201–209.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from regulars.models.beta_geometric import BetaGeometric


@dataclass(frozen=True)
class MbgNbd(BetaGeometric):
    """Rates λ ~ Gamma(r, α); after each purchase, the first included, dropout with p ~ Beta(a, b).

    Parameters
    ----------
    r : shape of the rates; alpha : their scale, in units of time.
    a, b : shapes of the dropout probability.
    unit_days : days in one unit of time.
    """

    name: ClassVar[str] = "mbg_nbd"
    first: ClassVar[int] = 1
    r: float
    alpha: float
    a: float
    b: float
    unit_days: float = 1.0
