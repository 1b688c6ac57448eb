"""Retention with its errors, as the facts gave it and a form holds it (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

MOST_ERROR = 10.0
"""Variance of a share: more is no measurement."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Retention as the facts gave it: an interval stands while nobody changes the rates.

    Attributes
    ----------
    rates : as shares, rounded as the cells show them.
    covariance : of their errors.
    said : how they were obtained, in both languages.
    """

    rates: tuple[Decimal, ...]
    covariance: tuple[tuple[float, ...], ...]
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_text(self) -> str:
        """As a hidden field of a form holds it."""
        return json.dumps({
            "rates": [str(one) for one in self.rates], "covariance": self.covariance,
            "said": self.said,
        }, ensure_ascii=False)  # fmt: skip


def measured_of(text: str) -> Measured | None:
    """What `Measured.to_text` wrote; None where it is empty or was tampered with."""
    try:
        told: Any = json.loads(text) if len(text) < 200_000 else None
        rates = tuple(Decimal(str(one)) for one in told["rates"])
        covariance = np.array(told["covariance"], dtype=np.float64)
        said = {lang: tuple(map(str, told["said"].get(lang, ()))) for lang in ("en", "zh")}
        if not rates:
            return None
        right = covariance.shape == (len(rates), len(rates)) and _possible(covariance)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return None
    if not right or not all(one.is_finite() for one in rates):
        return None
    return Measured(rates=rates, covariance=tuple(map(tuple, covariance.tolist())), said=said)


def _possible(covariance: Any) -> bool:
    """Whether errors of shares can be so: symmetric, none negative, none beyond all measure."""
    if not (np.isfinite(covariance).all() and np.abs(covariance).max() <= MOST_ERROR):
        return False
    alike = np.allclose(covariance, covariance.T, rtol=1e-6, atol=1e-12)
    return bool(alike and np.linalg.eigvalsh(covariance).min() >= -1e-9)
