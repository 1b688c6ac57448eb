"""What models of contracts share: renewals that come up, and whoever is lost at one of them."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from regulars.models.fit import Fit, fitted
from regulars.models.fitting import Box, Objective, around, maximise
from regulars.models.histories import Floats
from regulars.models.parametric import Parametric
from regulars.models.purchase import YEAR_DAYS

STEADIEST = 1e-12
"""Chances of leaving under it are drawn as it: else a time to leaving may pass all numbers."""


class ContractModel(Parametric):
    """At each renewal a customer stays or leaves, and which is seen.

    A model says what share survives t renewals, and its likelihood; the rest follows here.
    """

    settings: ClassVar[tuple[str, ...]] = ("unit_days",)
    starts: ClassVar[tuple[tuple[float, ...], ...]]
    unit_days: float

    @classmethod
    def fit(
        cls,
        periods: ArrayLike,
        lost: ArrayLike,
        weight: ArrayLike | None = None,
        *,
        unit_days: float = YEAR_DAYS,
    ) -> Fit[Self]:
        """Maximum likelihood.

        Parameters
        ----------
        periods : shape (n,), whole: renewals come up for. A customer lost at his t-th renewal has
            t, one who renewed t times and is still here has t.
        lost : shape (n,), whether he was lost at the last of them.
        weight : shape (n,), customers; left out, one each.

        Raises
        ------
        ValueError : values that cannot be, or nobody ever came up for renewal.
        """
        t, gone, n = _checked(periods, lost, weight)
        if not float((n * t).sum()) > 0:
            raise ValueError("nobody has come up for renewal")
        blank = cls(*[1.0] * len(cls.starts[0]), unit_days=unit_days)  # type: ignore[call-arg]
        starts = [np.log(start) for start in cls.starts]
        optimum = maximise(cls.likelihood(t, gone, n), starts, cls.range(), cls.parameter_names())
        return fitted(blank, optimum, customers=float(n.sum()), histories=len(t))

    @classmethod
    def fit_renewals(
        cls, due: ArrayLike, renewed: ArrayLike, *, unit_days: float = YEAR_DAYS
    ) -> Fit[Self]:
        """Maximum likelihood from counts by renewal: ``Σ_t renewed·ln r_t + lost·ln(1 − r_t)``.

        Customers may come in late (with renewals made elsewhere or before the history) and leave
        the count unseen: each renewal counts for itself.

        Parameters
        ----------
        due, renewed : shape (k,), at the 1st … k-th renewal.

        Raises
        ------
        ValueError : more renewed than were due, or nobody ever was.
        """
        came, stayed = (np.atleast_1d(np.asarray(v, dtype=float)) for v in (due, renewed))
        if came.shape != stayed.shape or not ((stayed >= 0) & (stayed <= came)).all():
            raise ValueError("renewed is one number a renewal, and not more than were due")
        if not float(came.sum()) > 0:
            raise ValueError("nobody has come up for renewal")
        t = np.arange(1, len(came) + 1, dtype=float)
        # Those who came in late take back the renewals that they did not make here.
        still = stayed - np.append(came[1:], 0)
        place = np.concatenate([t, t])
        gone = np.repeat([1.0, 0.0], len(t))
        n = np.concatenate([came - stayed, still])
        blank = cls(*[1.0] * len(cls.starts[0]), unit_days=unit_days)  # type: ignore[call-arg]
        starts = [np.log(start) for start in cls.starts]
        likelihood = cls.likelihood(place, gone, n)
        optimum = maximise(likelihood, starts, cls.range(), cls.parameter_names())
        return fitted(blank, optimum, customers=float(came.max()), histories=len(t))

    @classmethod
    def fit_rates(
        cls,
        rates: ArrayLike,
        covariance: ArrayLike,
        *,
        customers: float,
        unit_days: float = YEAR_DAYS,
    ) -> Fit[Self]:
        """The curve nearest to rates that no contract gave: people skip a period and come back.

        Generalised least squares, ``−½ (r̂ − r)ᵀ Σ⁻¹ (r̂ − r)``, Σ the covariance of the rates seen.
        A rate over 1 is a distance to be borne, not an impossible count.

        Parameters
        ----------
        rates : shape (k,), of the first renewal on; k at least 2.
        covariance : shape (k, k), of their errors.
        customers : behind them, to be told.

        Raises
        ------
        ValueError : fewer than two rates, or errors that are none.
        """
        seen, errors = np.asarray(rates, dtype=float), np.asarray(covariance, dtype=float)
        if len(seen) < 2 or errors.shape != (len(seen), len(seen)):
            raise ValueError("two rates or more are needed, and the covariance of all of them")
        blank = cls(*[1.0] * len(cls.starts[0]), unit_days=unit_days)  # type: ignore[call-arg]
        try:
            objective = NearestRates(blank, seen, errors)
        except np.linalg.LinAlgError:
            raise ValueError("the covariance of the rates is none") from None
        starts = [np.log(start) for start in cls.starts]
        optimum = maximise(objective, starts, cls.range(), cls.parameter_names())
        return fitted(blank, optimum, customers=customers, histories=len(seen))

    @classmethod
    def range(cls) -> Box:
        """Of the log-parameters."""
        return around(np.zeros(len(cls.starts[0])))

    @classmethod
    def likelihood(cls, t: Floats, gone: Floats, n: Floats) -> Objective:
        """Of so many renewals, lost or not, of so many customers."""
        raise NotImplementedError

    def log_likelihood(
        self, periods: ArrayLike, lost: ArrayLike, weight: ArrayLike | None = None
    ) -> float:
        """Σ weight·ln L."""
        theta = np.log(list(self.parameters.values()))
        return self.likelihood(*_checked(periods, lost, weight))(theta)[0]

    def gradient(
        self, periods: ArrayLike, lost: ArrayLike, weight: ArrayLike | None = None
    ) -> Floats:
        """Of `log_likelihood` in the parameters themselves, in their declared order."""
        theta = np.array(list(self.parameters.values()))
        slopes: Floats = self.likelihood(*_checked(periods, lost, weight))(np.log(theta))[1] / theta
        return slopes

    def survival(self, t: ArrayLike) -> Floats:
        """Share still here after t renewals, S(t)."""
        raise NotImplementedError

    def retention(self, t: ArrayLike) -> Floats:
        """Share of those before the t-th renewal who renew, t ≥ 1."""
        raise NotImplementedError

    def discounted_lifetime(self, renewals: ArrayLike, *, yearly_rate: float) -> Floats:
        """Discounted expected residual periods of a customer who has renewed so often, DERL.

        Counted just before the next renewal, the first period in full:
        ``Σ_t S(t | renewals)/(1+d)^(t−1)``; with n − 1 renewals this is eq. 6 of Fader & Hardie
        2010.

        Parameters
        ----------
        renewals : renewals so far, 0 or more.
        yearly_rate : effective rate per year, over 0.
        """
        if not (np.isfinite(yearly_rate) and yearly_rate > 0):
            raise ValueError("the yearly rate must be over 0")
        done = np.atleast_1d(np.asarray(renewals, dtype=float))
        if not (np.isfinite(done).all() and (done >= 0).all()):
            raise ValueError("renewals are negative, missing or infinite")
        d = float(np.expm1(np.log1p(yearly_rate) * self.unit_days / YEAR_DAYS))
        distinct, place = np.unique(done, return_inverse=True)
        result: Floats = self.discounted_after(distinct, d)[place]
        return result

    def discounted_after(self, renewals: Floats, d: float) -> Floats:
        """`discounted_lifetime` at a rate per period."""
        raise NotImplementedError

    def simulate(
        self, customers: int, *, periods: int, rng: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Draw a cohort followed for so many renewals: ``periods`` and ``lost`` as `fit` takes."""
        left = self.leave(customers, rng)
        return np.minimum(left, periods).astype(float), (left <= periods).astype(float)

    def leave(self, customers: int, rng: np.random.Generator) -> Floats:
        """Draw the renewals at which customers leave."""
        raise NotImplementedError


class NearestRates:
    """``−½ (r̂ − r)ᵀ Σ⁻¹ (r̂ − r)`` and its gradient in log-parameters, by central differences."""

    STEP = 1e-5

    def __init__(self, model: ContractModel, rates: Floats, covariance: Floats) -> None:
        self.model, self.rates = model, rates
        self.t = np.arange(1, len(rates) + 1, dtype=float)
        # A hair on the diagonal: rates of the same few customers may be wholly correlated.
        hair = 1e-9 * float(np.diag(covariance).mean()) * np.eye(len(rates))
        self.root = np.linalg.inv(np.linalg.cholesky(covariance + hair))

    def off(self, point: Floats) -> Floats:
        found: Floats = self.root @ (
            self.rates - self.model.with_parameters(np.exp(point)).retention(self.t)
        )
        return found

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        off = self.off(point)
        slopes = []
        for place in range(len(point)):
            step = np.zeros(len(point))
            step[place] = self.STEP
            slopes.append((self.off(point + step) - self.off(point - step)) / (2 * self.STEP))
        return -0.5 * float(off @ off), -np.array([slope @ off for slope in slopes])


def _checked(
    periods: ArrayLike, lost: ArrayLike, weight: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    t, gone = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (periods, lost))
    n = np.ones(len(t)) if weight is None else np.atleast_1d(np.asarray(weight, dtype=float))
    if not t.shape == gone.shape == n.shape:
        raise ValueError("periods, lost and weight need one value a customer each")
    if not (np.isfinite(t).all() and (t >= 0).all() and (t == np.floor(t)).all()):
        raise ValueError("periods are whole numbers, 0 or more")
    if not np.isin(gone, (0, 1)).all() or ((gone == 1) & (t < 1)).any():
        raise ValueError("lost is true or false, and nobody is lost before a first renewal")
    if not (np.isfinite(n).all() and (n >= 0).all()):
        raise ValueError("a weight is negative, missing or infinite")
    return t, gone, n
