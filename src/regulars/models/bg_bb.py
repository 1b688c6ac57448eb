"""BG/BB: whether and how often customers take chances that come at set times, until they leave.

Fader, Hardie & Shang, "Customer-base analysis in a discrete-time noncontractual setting", Marketing
Science 29 (2010) 1086–1108.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, psi

from regulars.models.fit import Fit, fitted
from regulars.models.fitting import around, maximise
from regulars.models.histories import Floats
from regulars.models.parametric import Parametric
from regulars.models.purchase import YEAR_DAYS
from regulars.models.sbg import ShiftedBetaGeometric


@dataclass(frozen=True)
class BgBb(Parametric):
    """Alive, a customer takes each chance with p ~ Beta(α, β); before each he leaves with
    θ ~ Beta(γ, δ).

    Its histories are x of n opportunities taken, the last of them at the t_x-th (0 if none). The
    first purchase, which made him a customer, is not counted. Every answer is for arrays of
    histories of one shape, or single numbers.

    Parameters
    ----------
    alpha, beta : shapes of p; gamma, delta : shapes of θ.
    unit_days : days from one opportunity to the next.
    """

    name: ClassVar[str] = "bg_bb"
    settings: ClassVar[tuple[str, ...]] = ("unit_days",)
    alpha: float
    beta: float
    gamma: float
    delta: float
    unit_days: float = YEAR_DAYS

    @classmethod
    def fit(
        cls,
        x: ArrayLike,
        t_x: ArrayLike,
        n: ArrayLike,
        weight: ArrayLike | None = None,
        *,
        unit_days: float = YEAR_DAYS,
    ) -> Fit[Self]:
        """Maximum likelihood.

        Parameters
        ----------
        x : shape (k,), whole: opportunities taken.
        t_x : shape (k,), whole: which of them was the last taken, 0 if none was.
        n : shape (k,), whole: opportunities that there were.
        weight : shape (k,), customers with each history; left out, one each.

        Raises
        ------
        ValueError : histories that cannot be, or nobody has had an opportunity.
        """
        given, customers = _weighted(x, t_x, n, weight)
        if not float((customers * given[2]).sum()) > 0:
            raise ValueError("nobody has had an opportunity")
        starts = [
            np.log(start)
            for start in ([1.0] * 4, [1.0, 1.0, 0.5, 3.0], [0.5, 2.0, 1.0, 10.0], [3, 1, 0.3, 1])
        ]
        optimum = maximise(
            Likelihood(*given, customers), starts, around(np.zeros(4)), cls.parameter_names()
        )
        blank = cls(1.0, 1.0, 1.0, 1.0, unit_days)
        total = float(customers.sum())
        return fitted(blank, optimum, customers=total, histories=len(customers))

    def log_likelihood(
        self, x: ArrayLike, t_x: ArrayLike, n: ArrayLike, weight: ArrayLike | None = None
    ) -> float:
        """Σ weight·ln L, of histories in their order (not times the orders that give the same x and
        t_x)."""
        given, customers = _weighted(x, t_x, n, weight)
        return Likelihood(*given, customers)(np.log(list(self.parameters.values())))[0]

    def gradient(
        self, x: ArrayLike, t_x: ArrayLike, n: ArrayLike, weight: ArrayLike | None = None
    ) -> Floats:
        """Of `log_likelihood` in the parameters themselves, in their declared order."""
        given, customers = _weighted(x, t_x, n, weight)
        theta = np.array(list(self.parameters.values()))
        slopes: Floats = Likelihood(*given, customers)(np.log(theta))[1] / theta
        return slopes

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, n: ArrayLike, *, ahead: int = 1) -> Floats:
        """Chance of being alive at the (n + ahead)-th opportunity.

        Parameters
        ----------
        ahead : 1, as in the paper, for the next one; 0 for the last that there was.
        """
        if not (np.isfinite(ahead) and ahead >= 0 and ahead == np.floor(ahead)):
            raise ValueError("ahead is a whole number, 0 or more")
        given = _checked(x, t_x, n)
        later = betaln(self.gamma, self.delta + given[2] + ahead)
        now = betaln(self.gamma, self.delta + given[2])
        result: Floats = self._alive(given) * np.exp(later - now)
        return result

    def expected_orders(
        self, x: ArrayLike, t_x: ArrayLike, n: ArrayLike, opportunities: int
    ) -> Floats:
        """Expected number of the next so many opportunities that will be taken.

        ``P(alive at n)·(α+x)/(α+β+n)·Σ_j B(γ, δ+n+j)/B(γ, δ+n)``: the paper's closed form
        without its gap at γ = 1.
        """
        given = _checked(x, t_x, n)
        seen, place = np.unique(given[2], return_inverse=True)
        lived = np.array([self._lived(start, opportunities) for start in seen.tolist()])
        result: Floats = self._alive(given) * self._pace(given) * lived[place]
        return result

    def expected_orders_of_new(self, opportunities: int) -> float:
        """Expected number of his first so many opportunities that a new customer takes."""
        return self.alpha / (self.alpha + self.beta) * self._lived(0.0, opportunities)

    def discounted_orders(
        self, x: ArrayLike, t_x: ArrayLike, n: ArrayLike, *, yearly_rate: float
    ) -> Floats:
        """Discounted expected residual transactions, DERT: those of all opportunities to come.

        Seen from the n-th opportunity, so that the next one is discounted by one period.

        Parameters
        ----------
        yearly_rate : effective rate per year, over 0.
        """
        given = _checked(x, t_x, n)
        stays = ShiftedBetaGeometric(self.gamma, self.delta, self.unit_days)
        lived = stays.discounted_lifetime(given[2], yearly_rate=yearly_rate)
        period = float(np.exp(np.log1p(yearly_rate) * self.unit_days / YEAR_DAYS))
        result: Floats = self._alive(given) * self._pace(given) * lived / period
        return result

    def simulate(
        self, n: ArrayLike, *, opportunities: int = 0, rng: np.random.Generator
    ) -> dict[str, Floats]:
        """Draw customers who have had n opportunities, and what they do at so many after.

        Returns
        -------
        dict : ``x``, ``t_x``, ``n``, and ``after``: how many of those after they take.
        """
        had = np.atleast_1d(np.asarray(n, dtype=float))
        _whole(had, "n")
        stays = ShiftedBetaGeometric(self.gamma, self.delta)
        lives = stays.leave(len(had), rng) - 1  # opportunities that he is alive at
        p = rng.beta(self.alpha, self.beta, len(had))
        x, t_x, after = (np.zeros(len(had)) for _ in range(3))
        for i in range(1, int(had.max(initial=0)) + opportunities + 1):
            taken = (rng.random(len(had)) < p) & (lives >= i)
            x += taken & (i <= had)
            t_x[taken & (i <= had)] = i
            after += taken & (i > had) & (i <= had + opportunities)
        return {"x": x, "t_x": t_x, "n": had, "after": after}

    def _alive(self, given: tuple[Floats, Floats, Floats]) -> Floats:
        """Chance of being alive at the last opportunity that there was."""
        return Likelihood(*given, weight=np.ones(len(given[0]))).alive(*self.parameters.values())

    def _pace(self, given: tuple[Floats, Floats, Floats]) -> Floats:
        """Mean of p given the history and being alive."""
        x, _, n = given
        result: Floats = (self.alpha + x) / (self.alpha + self.beta + n)
        return result

    def _lived(self, start: float, opportunities: int) -> float:
        """Expected number of the next opportunities that one alive at the start-th is alive at."""
        if not (np.isfinite(opportunities) and opportunities >= 0):
            raise ValueError("opportunities are negative, missing or infinite")
        if opportunities != np.floor(opportunities):
            raise ValueError("opportunities are whole numbers")
        ahead = np.arange(1, int(opportunities) + 1)
        stays = betaln(self.gamma, self.delta + start + ahead)
        return float(np.exp(stays - betaln(self.gamma, self.delta + start)).sum())


class Likelihood:
    """Alive to the end, or dead since one of the opportunities from the t_x-th on.

    ``B(α+x, β+n−x)·B(γ, δ+n) + Σ_{t = t_x}^{n−1} B(α+x, β+t−x)·B(γ+1, δ+t)``, over
    ``B(α, β)·B(γ, δ)``: positive terms, added by their logarithms.
    """

    def __init__(self, x: Floats, t_x: Floats, n: Floats, weight: Floats) -> None:
        rows, place = np.unique(np.stack([x, t_x, n], axis=1), axis=0, return_inverse=True)
        self.place = np.ravel(place)
        self.weight = np.bincount(self.place, weights=weight, minlength=len(rows))
        count, last, end = rows.T
        sizes = (end - last + 1).astype(np.intp)
        self.first = np.cumsum(sizes) - sizes
        self.row = np.repeat(np.arange(len(rows)), sizes)
        t = last[self.row] + (np.arange(len(self.row)) - self.first[self.row])
        # The last term of each row is of who is alive. Many rows share their terms.
        dead = (t < end[self.row]).astype(float)
        cells = np.stack([count[self.row], t, dead], axis=1)
        self.cells, place = np.unique(cells, axis=0, return_inverse=True)
        self.cell = np.ravel(place)
        self.living = self.first + sizes - 1

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        alpha, beta, gamma, delta = (float(v) for v in np.exp(point))
        terms, total = self._terms(alpha, beta, gamma, delta)
        shares = np.exp(terms - total[self.row]) * self.weight[self.row]
        responsible = np.bincount(self.cell, weights=shares, minlength=len(self.cells))
        customers = float(self.weight.sum())
        value = float(self.weight @ total)
        value -= customers * float(betaln(alpha, beta) + betaln(gamma, delta))
        x, t, dead = self.cells.T
        slopes = []
        for (a, b), (more, less) in (
            ((alpha, beta), (x, t - x)),
            ((gamma, delta), (dead, t)),
        ):
            both, before = psi(a + b + more + less), float(psi(a + b))
            slopes.append(responsible @ (psi(a + more) - both) - customers * (psi(a) - before))
            slopes.append(responsible @ (psi(b + less) - both) - customers * (psi(b) - before))
        return value, np.array(slopes) * np.exp(point)

    def alive(self, alpha: float, beta: float, gamma: float, delta: float) -> Floats:
        """Share of each history's likelihood that is of being alive at the end."""
        terms, total = self._terms(alpha, beta, gamma, delta)
        result: Floats = np.exp(terms[self.living] - total)[self.place]
        return result

    def _terms(
        self, alpha: float, beta: float, gamma: float, delta: float
    ) -> tuple[Floats, Floats]:
        """Logarithms of all terms, and of their sum by row."""
        x, t, dead = self.cells.T
        log = betaln(alpha + x, beta + t - x) + betaln(gamma + dead, delta + t)
        terms = log[self.cell]
        if not len(terms):
            return terms, np.zeros(0)
        highest = np.maximum.reduceat(terms, self.first)
        summed = np.add.reduceat(np.exp(terms - highest[self.row]), self.first)
        return terms, highest + np.log(summed)


def _weighted(
    x: ArrayLike, t_x: ArrayLike, n: ArrayLike, weight: ArrayLike | None
) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    given = _checked(x, t_x, n)
    size = len(given[0])
    customers = np.ones(size) if weight is None else np.atleast_1d(np.asarray(weight, dtype=float))
    if customers.shape != given[0].shape:
        raise ValueError("weight needs one value a history")
    if not (np.isfinite(customers).all() and (customers >= 0).all()):
        raise ValueError("a weight is negative, missing or infinite")
    return given, customers


def _checked(x: ArrayLike, t_x: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats, Floats]:
    arrays: list[Any] = [np.atleast_1d(np.asarray(a, dtype=float)) for a in (x, t_x, n)]
    try:
        taken, last, had = (np.ascontiguousarray(a) for a in np.broadcast_arrays(*arrays))
    except ValueError:
        raise ValueError("x, t_x and n need one value a history each") from None
    for values, called in ((taken, "x"), (last, "t_x"), (had, "n")):
        _whole(values, called)
    for wrong, why in (
        (last > had, "the last opportunity taken is after the last there was (t_x > n)"),
        (taken > last, "more were taken than there were until the last taken (x > t_x)"),
        ((taken == 0) & (last > 0), "a last opportunity taken without any (x = 0, t_x > 0)"),
    ):
        if wrong.any():
            i = int(np.flatnonzero(wrong)[0])
            raise ValueError(
                f"history {i} (x = {taken[i]:g}, t_x = {last[i]:g}, n = {had[i]:g}): {why}"
            )
    return taken, last, had


def _whole(values: Floats, called: str) -> None:
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise ValueError(f"{called} is negative, missing or infinite")
    if not (values == np.floor(values)).all():
        raise ValueError(f"{called} is not a whole number")
