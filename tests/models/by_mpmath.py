"""The models once more, in many digits, by the closed forms that the papers print.

The models integrate numerically in floats; here hypergeometric and exponential integral functions
are worked out by mpmath in as many digits as their cancellation takes. No code is shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath as mp

DIGITS = 60
NUDGE = mp.mpf(10) ** -25
"""The closed forms have removable gaps (a = 1, s = 1, …): half-way between them nothing shows."""


def _mp(*values: float) -> list[Any]:
    return [mp.mpf(v) for v in values]


@dataclass(frozen=True)
class BetaGeometric:
    """BG/NBD (``first`` 0) or MBG/NBD (``first`` 1)."""

    r: float
    alpha: float
    a: float
    b: float
    first: int

    def log_likelihood(self, x: int, t_x: float, T: float) -> Any:
        with mp.workdps(DIGITS):
            r, alpha, a, b = _mp(self.r, self.alpha, self.a, self.b)
            chances = x + self.first
            alive = mp.beta(a, b + chances) * (alpha + T) ** -(r + x)
            dead = mp.beta(a + 1, b + chances - 1) * (alpha + t_x) ** -(r + x) if chances else 0
            scale = mp.rf(r, x) * alpha**r / mp.beta(a, b)
            return mp.log(scale * (alive + dead))

    def p_alive(self, x: int, t_x: float, T: float) -> Any:
        with mp.workdps(DIGITS):
            r, alpha, a, b = _mp(self.r, self.alpha, self.a, self.b)
            chances = x + self.first
            if not chances:
                return mp.mpf(1)
            odds = a / (b + chances - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x)
            return 1 / (1 + odds)

    def _geometric(self, a: Any, b: Any, shape: Any, rate: Any, t: Any) -> Any:
        """E[(A/(A+pt))^shape] under Beta(a, b), continued to any a."""
        share = t / (rate + t)
        return (rate / (rate + t)) ** shape * mp.hyp2f1(shape, b, a + b, share)

    def orders(self, x: int, T: float, t: float) -> Any:
        """(a+b+x−1)/(a−1)·[1 − (A/(A+t))^(r+x)·2F1(…)]: eq. 10 of Fader, Hardie & Lee."""
        with mp.workdps(DIGITS):
            a, b = mp.mpf(self.a) + NUDGE, mp.mpf(self.b) + x + self.first + NUDGE
            rate, shape = mp.mpf(self.alpha) + T, mp.mpf(self.r) + x
            return (a + b - 1) / (a - 1) * (1 - self._geometric(a - 1, b, shape, rate, mp.mpf(t)))

    def pairs(self, x: int, T: float, t: float) -> Any:
        with mp.workdps(DIGITS + 30):
            a, b = mp.mpf(self.a) + NUDGE, mp.mpf(self.b) + x + self.first + NUDGE
            rate, shape, t = mp.mpf(self.alpha) + T, mp.mpf(self.r) + x, mp.mpf(t)
            whole = mp.beta(a - 2, b + 1) / mp.beta(a, b)
            less = mp.beta(a - 1, b + 1) / mp.beta(a, b)
            rest = whole * (1 - self._geometric(a - 2, b + 1, shape, rate, t))
            rest -= less * shape * t / rate * self._geometric(a - 1, b + 1, shape + 1, rate, t)
            return 2 * rest

    def exceeding(self, x: int, T: float, t: float, k: int) -> Any:
        with mp.workdps(DIGITS):
            a, b = mp.mpf(self.a), mp.mpf(self.b) + x + self.first
            rate, shape = mp.mpf(self.alpha) + T, mp.mpf(self.r) + x
            alive = mp.beta(a, b + k) / mp.beta(a, b)
            share = t / (rate + t)
            return alive * mp.betainc(k + 1, shape, 0, share, regularized=True)

    def discounted(self, x: int, T: float, rate: float, horizon: float | None) -> Any:
        """The density of orders at u is E[λ e^(−λpu)] = (r+x)/A·E[(A/(A+pu))^(r+x+1)]."""
        a, b = mp.mpf(self.a), mp.mpf(self.b) + x + self.first
        scale, shape = mp.mpf(self.alpha) + T, mp.mpf(self.r) + x

        def density(u: Any) -> Any:
            return shape / scale * self._geometric(a, b, shape + 1, scale, u) * mp.exp(-rate * u)

        with mp.workdps(25):
            return _long(density, scale / shape, 80 / mp.mpf(rate) if horizon is None else horizon)


@dataclass(frozen=True)
class ParetoNbd:
    r: float
    alpha: float
    s: float
    beta: float

    def _tail(self, x: int, t: float) -> Any:
        """∫_t^∞ (α+y)^−(r+x) (β+y)^−(s+1) dy: eq. 15 and 17 of Fader & Hardie's note."""
        r, alpha, s, beta = _mp(self.r, self.alpha, self.s, self.beta)
        decay = r + s + x
        large, other = (alpha, s + 1) if alpha >= beta else (beta, r + x)
        part = abs(alpha - beta) / (large + t)
        return (large + t) ** -decay / decay * mp.hyp2f1(decay, other, decay + 1, part)

    def _alive_dead(self, x: int, t_x: float, T: float) -> tuple[Any, Any]:
        r, alpha, s, beta = _mp(self.r, self.alpha, self.s, self.beta)
        alive = (alpha + T) ** -(r + x) * (beta + T) ** -s
        return alive, s * (self._tail(x, t_x) - self._tail(x, T))

    def log_likelihood(self, x: int, t_x: float, T: float) -> Any:
        with mp.workdps(DIGITS):
            r, alpha, s, beta = _mp(self.r, self.alpha, self.s, self.beta)
            return mp.log(sum(self._alive_dead(x, t_x, T)) * mp.rf(r, x) * alpha**r * beta**s)

    def p_alive(self, x: int, t_x: float, T: float) -> Any:
        with mp.workdps(DIGITS):
            alive, dead = self._alive_dead(x, t_x, T)
            return alive / (alive + dead)

    def orders(self, x: int, T: float, t: float) -> Any:
        with mp.workdps(DIGITS):
            born, s = mp.mpf(self.beta) + T, mp.mpf(self.s) + NUDGE
            lived = born / (s - 1) * (1 - (born / (born + t)) ** (s - 1))
            return (mp.mpf(self.r) + x) / (mp.mpf(self.alpha) + T) * lived

    def pairs(self, x: int, T: float, t: float) -> Any:
        """E[λ²]·∫_0^t 2u (B/(B+u))^s du, u = (B+u) − B."""
        with mp.workdps(DIGITS + 30):
            born, s = mp.mpf(self.beta) + T, mp.mpf(self.s) + NUDGE
            ratio = born / (born + t)
            squared = 2 * born**2 / (s - 2) * (1 - ratio ** (s - 2))
            squared -= 2 * born**2 / (s - 1) * (1 - ratio ** (s - 1))
            shape = mp.mpf(self.r) + x
            return shape * (shape + 1) / (mp.mpf(self.alpha) + T) ** 2 * squared

    def exceeding(self, x: int, T: float, t: float, k: int) -> Any:
        """The (k+1)-th order comes at u while he lives: ∫ f_(k+1)(u)·(B/(B+u))^s du."""
        scale, shape, born = mp.mpf(self.alpha) + T, mp.mpf(self.r) + x, mp.mpf(self.beta) + T
        s = mp.mpf(self.s)
        constant = -mp.log(mp.beta(k + 1, shape)) + shape * mp.log(scale)

        def density(u: Any) -> Any:
            logs = k * mp.log(u) - (shape + k + 1) * mp.log(scale + u)
            return mp.exp(constant + logs + s * mp.log(born / (born + u)))

        with mp.workdps(25):
            return _long(density, scale * (k + 1) / shape / 100, t)

    def discounted(self, x: int, T: float, rate: float, horizon: float | None) -> Any:
        """(r+x)/A·B·e^(δB)·E_s(δB), less what lies beyond the horizon."""
        with mp.workdps(DIGITS):
            born, s, delta = mp.mpf(self.beta) + T, mp.mpf(self.s), mp.mpf(rate)

            def from_(begin: Any) -> Any:
                return begin * mp.exp(delta * born) * mp.expint(s, delta * begin)

            lived = from_(born)
            if horizon is not None:
                end = born + horizon
                lived -= (born / end) ** s * from_(end)
            return (mp.mpf(self.r) + x) / (mp.mpf(self.alpha) + T) * lived


def _long(density: Callable[[Any], Any], scale: Any, end: Any) -> Any:
    """∫_0^end in pieces that grow threefold, so that no peak is missed."""
    edges, at = [mp.mpf(0)], mp.mpf(scale) / 10
    while at < end:
        edges.append(at)
        at *= 3
    return mp.quad(density, [*edges, mp.mpf(end)])


@dataclass(frozen=True)
class BetaDiscreteWeibull:
    """BdW; with c = 1, sBG."""

    alpha: float
    beta: float
    c: float

    def survival(self, t: int) -> Any:
        with mp.workdps(DIGITS):
            alpha, beta, c = _mp(self.alpha, self.beta, self.c)
            return mp.beta(alpha, beta + mp.mpf(t) ** c) / mp.beta(alpha, beta)

    def log_likelihood(self, t: int, lost: bool) -> Any:
        with mp.workdps(DIGITS):
            return mp.log(self.survival(t - 1) - self.survival(t) if lost else self.survival(t))

    def discounted_lifetime(self, renewals: int, factor: float, terms: int) -> Any:
        with mp.workdps(DIGITS):
            here = self.survival(renewals)
            shares = (
                self.survival(renewals + j) * mp.mpf(factor) ** (j - 1) for j in range(1, terms + 1)
            )
            return mp.fsum(shares) / here


@dataclass(frozen=True)
class BgBb:
    alpha: float
    beta: float
    gamma: float
    delta: float

    def _parts(self, x: int, t_x: int, n: int) -> tuple[Any, list[Any]]:
        alpha, beta, gamma, delta = _mp(self.alpha, self.beta, self.gamma, self.delta)
        scale = mp.beta(alpha, beta) * mp.beta(gamma, delta)
        alive = mp.beta(alpha + x, beta + n - x) * mp.beta(gamma, delta + n) / scale
        dead = [
            mp.beta(alpha + x, beta + t - x) * mp.beta(gamma + 1, delta + t) / scale
            for t in range(t_x, n)
        ]
        return alive, dead

    def log_likelihood(self, x: int, t_x: int, n: int) -> Any:
        with mp.workdps(DIGITS):
            alive, dead = self._parts(x, t_x, n)
            return mp.log(alive + mp.fsum(dead))

    def p_alive(self, x: int, t_x: int, n: int, ahead: int) -> Any:
        with mp.workdps(DIGITS):
            gamma, delta = _mp(self.gamma, self.delta)
            alive, dead = self._parts(x, t_x, n)
            later = mp.beta(gamma, delta + n + ahead) / mp.beta(gamma, delta + n)
            return alive * later / (alive + mp.fsum(dead))

    def orders(self, x: int, t_x: int, n: int, more: int) -> Any:
        """δ/(γ−1)·Γ(γ+δ)/Γ(1+δ)·[Γ(1+δ+n)/Γ(γ+δ+n) − the same at n + more], as printed."""
        with mp.workdps(DIGITS + 40):
            alpha, beta, gamma, delta = _mp(self.alpha, self.beta, self.gamma, self.delta)
            gamma += NUDGE

            def at(m: int) -> Any:
                return mp.gammaprod([1 + delta + m], [gamma + delta + m])

            lived = delta / (gamma - 1) * mp.gammaprod([gamma + delta], [1 + delta])
            taken = mp.beta(alpha + x + 1, beta + n - x) / mp.beta(alpha, beta)
            found = taken * lived * (at(n) - at(n + more))
            return found / mp.exp(self.log_likelihood(x, t_x, n))

    def discounted(self, x: int, t_x: int, n: int, d: float) -> Any:
        with mp.workdps(DIGITS):
            alpha, beta, gamma, delta = _mp(self.alpha, self.beta, self.gamma, self.delta)
            taken = mp.beta(alpha + x + 1, beta + n - x) / mp.beta(alpha, beta)
            lived = mp.beta(gamma, delta + n + 1) / mp.beta(gamma, delta) / (1 + mp.mpf(d))
            below = gamma + delta + n + 1
            lived *= mp.hyp2f1(1, delta + n + 1, below, 1 / (1 + mp.mpf(d)))
            return taken * lived / mp.exp(self.log_likelihood(x, t_x, n))
