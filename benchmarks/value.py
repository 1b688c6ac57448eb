"""The value of every customer against the peers, side by side: ``python -m benchmarks.value``.

From the Parquet of orders to a Parquet of scores for every customer: summary, BG/NBD and
Gamma-Gamma fit, discounted value of twelve months. Programs run in turn, each in a fresh process
that has done the whole once on a few customers before its clock starts. Targets: point scores at
least 8 (aim: 12) times faster than the best peer, with predictive intervals 4, Pareto/NBD fit 100,
under 1 GB.

The peers need their environments first: ``python -m benchmarks.peers.environments``.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Run, child, keep, run
from benchmarks.peers.environments import FOLDER, PEERS

END = "2026-01-01"
RATE = 0.1
WARM_CUSTOMERS = 2_000
OURS = ("floor", "product", "product with intervals")
# peers, and what their program is told beside; clvkit in weeks has a seventh of the periods to sum
TOLD: dict[str, tuple[str, tuple[str, ...]]] = {
    "lifetimes": ("lifetimes", ()),
    "pymc-marketing": ("pymc-marketing", ()),
    "clvkit": ("clvkit", ("D",)),
    "clvkit-weeks": ("clvkit", ("W",)),
}
PARAMETERS = ("r", "alpha", "a", "b", "p", "q", "gamma")
# Fader, Hardie & Lee (2005), times turned into days; Fader & Hardie, note 025
PUBLISHED = (0.2425945, 4.4136019 * 7, 0.7929199, 2.4258881, 6.25, 3.74, 15.44)
CDNOW = {"LL, weeks": -9582.429, **dict(zip(PARAMETERS, PUBLISHED, strict=True))}


@dataclass(frozen=True)
class Place:
    """Where the orders stand and the scores go."""

    folder: Path
    environments: Path
    customers: int

    @property
    def workspace(self) -> Path:
        return self.folder / f"purchases-{self.customers}"

    @property
    def warm(self) -> Path:
        return self.folder / f"purchases-{WARM_CUSTOMERS}"

    def scores(self, program: str) -> str:
        return str(self.folder / "scores" / f"{program.replace(' ', '-')}.parquet")

    def prepare(self) -> None:
        (self.folder / "scores").mkdir(parents=True, exist_ok=True)
        for workspace, customers in (
            (self.warm, WARM_CUSTOMERS),
            (self.workspace, self.customers),
        ):
            # in a process of its own: the one that measures must stay small
            run([sys.executable, "-m", "benchmarks.purchases", str(workspace), str(customers)])


def ours(place: Place, program: str, *, grain_days: int, memory: str) -> list[str]:
    asked = {
        "end": END,
        "yearly_rate": RATE,
        "grain_days": grain_days,
        "intervals": program == "product with intervals",
        "fit": program != "floor",
        "memory": memory,
    }
    target = place.scores(program)
    return child("value", str(place.workspace), str(place.warm), target, json.dumps(asked))


def theirs(place: Place, program: str, source: Path, end: str = END) -> list[str]:
    name, told = TOLD[program]
    peer = PEERS[name]
    arguments = (str(source), end, place.scores(program), str(RATE), *told)
    return peer.command(place.environments, peer.program, *arguments)


def in_turn(commands: Mapping[str, Sequence[str]], *, rounds: int) -> dict[str, list[Run]]:
    """All programs in turn, so many times; a peer that fails is said and left out."""
    runs: dict[str, list[Run]] = {}
    failed: set[str] = set()
    for _ in range(rounds):
        for name in [name for name in commands if name not in failed]:
            try:
                done = run(commands[name])
            except (RuntimeError, OSError) as error:
                if name in OURS:
                    raise
                print(f"  {name}: failed: {str(error)[-200:]}", flush=True)
                failed.add(name)
                continue
            runs.setdefault(name, []).append(done)
            phases = ", ".join(f"{k} {v:.2f}" for k, v in done.said.get("phases", {}).items())
            print(
                f"  {name}: {done.seconds:.2f} s, {memory_of(done):,.0f} MB ({phases})", flush=True
            )
    return {name: done for name, done in runs.items() if name not in failed}


def memory_of(done: Run) -> float:
    """Of the work itself; what is checked after the clock does not count."""
    return float(done.said.get("peak_mb", done.peak_mb))


def medians(runs: Mapping[str, Sequence[Run]]) -> dict[str, dict[str, float]]:
    return {
        name: {
            "seconds": round(statistics.median(r.seconds for r in done), 3),
            "peak_mb": round(statistics.median(memory_of(r) for r in done)),
            "summary": round(
                statistics.median(r.said["phases"].get("summary", math.nan) for r in done), 3
            ),
        }
        for name, done in runs.items()
    }


def compared(middle: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """How many times faster the product is than each peer and than the best; and how many times
    longer it takes than the floor, and than the floor's summary alone."""
    result: dict[str, Any] = {}
    peers = {name: found["seconds"] for name, found in middle.items() if name not in OURS}
    for program in OURS[1:]:
        if program not in middle:
            continue
        seconds = middle[program]["seconds"]
        faster = {name: round(their / seconds, 1) for name, their in peers.items()}
        result[program] = {"faster_than": faster}
        if faster:
            result[program]["faster_than_the_best_peer"] = min(faster.values())
        if "floor" in middle:
            floor = middle["floor"]
            result[program]["times_the_floor"] = round(seconds / floor["seconds"], 2)
            result[program]["times_the_summary"] = round(seconds / floor["summary"], 2)
    return result


def digits(found: float, other: float) -> float:
    """To how many digits two numbers agree."""
    far = abs(found - other) / max(abs(other), 1e-300)
    return round(-math.log10(max(far, 1e-16)), 1)


def agreement(runs: Mapping[str, Sequence[Run]]) -> dict[str, dict[str, float]]:
    """Digits to which each peer's parameters and log-likelihood agree with the product's."""
    if "product" not in runs:
        return {}
    own = runs["product"][0].said
    result = {}
    for name, done in runs.items():
        said = done[0].said
        if name in OURS or "parameters" not in said:
            continue
        result[name] = {
            key: digits(own["parameters"][key], said["parameters"][key]) for key in PARAMETERS
        }
        result[name]["log_likelihood"] = digits(own["log_likelihood"], said["log_likelihood"])
        result[name]["clv_365d of all"] = digits(own["clv_365d"], said["clv_365d"])
    return result


def of_customers(place: Place, runs: Mapping[str, Sequence[Run]]) -> dict[str, Any]:
    """Greatest differences from the product's figures of single customers."""
    if "product" not in runs:
        return {}
    return {
        name: run(
            child("value_compare", place.scores("product"), place.scores(name) + ".check")
        ).said
        for name in runs
        if name not in OURS
    }


def side_by_side(place: Place, asked: argparse.Namespace) -> dict[str, list[Run]]:
    programs = OURS[:1] if asked.floor else OURS
    commands = {
        name: ours(place, name, grain_days=asked.grain_days, memory=asked.memory)
        for name in programs
    }
    source = place.workspace / "orders.parquet"
    for name in [] if asked.floor else asked.peers:
        commands[name] = theirs(place, name, source)
    runs = in_turn(commands, rounds=asked.rounds)
    middle = medians(runs)
    result = {
        "customers": asked.customers,
        "grain_days": asked.grain_days,
        "truth": json.loads((place.workspace / "truth.json").read_text(encoding="utf-8")),
        "medians": middle,
        "compared": compared(middle),
        "digits_of_agreement": agreement(runs),
        "greatest_differences": of_customers(place, runs),
    }
    shown(result)
    told = {
        name: {key: done[0].said.get(key) for key in ("parameters", "log_likelihood")}
        for name, done in runs.items()
    }
    shown({"estimates": told})
    print("kept in", keep(f"value-{asked.customers}", result, runs))
    return runs


def shown(result: Mapping[str, Any]) -> None:
    for name, value in result.items():
        if isinstance(value, dict):
            print(f"{name}:")
            for key, found in value.items():
                print(f"  {key}: {found}")
        else:
            print(f"{name}: {value}")


def fits(place: Place, jobs: Sequence[tuple[str, int, int]], memory: str) -> Run:
    listed = str(place.workspace / "orders.json")
    return run(child("value_fit", listed, END, memory, json.dumps(jobs)))


def curve(place: Place, asked: argparse.Namespace) -> None:
    """Fit time against customers at one day, and against distinct histories at all customers."""
    most = asked.customers
    steps = [n for n in (most // 100, most // 30, most // 10, most // 3, most) if n >= 1_000]
    jobs = [(model, n, 1) for model in asked.models for n in steps]
    jobs += [(model, most, grain) for model in asked.models for grain in (2, 7, 14, 28, 91)]
    done = fits(place, jobs, asked.memory)
    print(
        f"{'model':<12}{'customers':>12}{'grain':>7}{'histories':>12}{'seconds':>10}  evaluations"
    )
    for fit in sorted(done.said["fits"], key=lambda f: (f["model"], f["grain_days"])):
        print(
            f"{fit['model']:<12}{fit['customers']:>12,}{fit['grain_days']:>7}"
            f"{fit['histories']:>12,}{fit['seconds']:>10.3f}  {fit['evaluations']}"
        )
    print("kept in", keep(f"value-curve-{most}", done.said, {"fits": [done]}))


def pareto(place: Place, asked: argparse.Namespace) -> None:
    """The fit of Pareto/NBD alone, the summary made beforehand on both sides."""
    peer = PEERS["lifetimes"]
    assert peer.pareto is not None
    source = str(place.workspace / "orders.parquet")
    own = fits(place, [("pareto_nbd", asked.customers, 1)], asked.memory)
    other = run(peer.command(place.environments, peer.pareto, source, END))
    ours_, theirs_ = own.said["fits"][0], other.said
    result = {
        "product": ours_,
        "lifetimes": theirs_,
        "faster_than_lifetimes": round(theirs_["seconds"] / ours_["seconds"], 1),
        # above 0: our optimum is the higher one
        "log_likelihood_above_lifetimes": ours_["log_likelihood"] - theirs_["log_likelihood"],
    }
    shown(result)
    runs = {"product": [own], "lifetimes": [other]}
    print("kept in", keep(f"value-pareto-{asked.customers}", result, runs))


def cdnow(place: Place, asked: argparse.Namespace) -> None:
    """Estimates on the published sample, of all, beside the published ones; times in days."""
    source, end = place.folder / "cdnow.parquet", "1997-09-30"
    run(child("write_cdnow", str(source)))
    told = json.dumps({"end": end, "yearly_rate": RATE})
    commands = {"product": child("value_files", str(source), place.scores("product"), told)}
    commands |= {name: theirs(place, name, source, end) for name in asked.peers}
    runs = in_turn(commands, rounds=1)
    # the published likelihood is of times in weeks
    in_weeks = math.log(7) * runs["product"][0].said["repeats"]
    told_by = {name: done[0].said for name, done in runs.items()}
    rows = {
        name: {"LL, weeks": said["log_likelihood"] + in_weeks, **said["parameters"]}
        for name, said in told_by.items()
    }
    rows["published"] = CDNOW
    print(" " * 16 + "".join(f"{key:>14}" for key in CDNOW))
    for name, row in rows.items():
        print(f"{name:<16}" + "".join(f"{row[key]:>14.5f}" for key in CDNOW))
    print("kept in", keep("value-cdnow", {"digits": agreement(runs)}, runs))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.value", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--peers", nargs="*", choices=list(TOLD), default=list(TOLD)[:3])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--grain-days", type=int, default=1, help="the fit's unit of time")
    parser.add_argument("--memory", default="5GB", help="DuckDB's own limit; the rest spills")
    parser.add_argument("--floor", action="store_true", help="only what any answer costs, no fit")
    parser.add_argument("--curve", action="store_true", help="only fit time by size")
    parser.add_argument("--models", nargs="*", default=["bg_nbd"], help="of the curve")
    parser.add_argument("--pareto", action="store_true", help="only the fit of Pareto/NBD")
    parser.add_argument("--cdnow", action="store_true", help="only estimates on published data")
    parser.add_argument("--folder", type=Path, default=Path("workspace-benchmark"))
    parser.add_argument("--environments", type=Path, default=FOLDER)
    asked = parser.parse_args(arguments)
    missing = [name for name in asked.peers if not PEERS[TOLD[name][0]].stands(asked.environments)]
    if missing and not (asked.floor or asked.curve):
        print(f"left out, no environment: {', '.join(missing)}", file=sys.stderr)
    asked.peers = [name for name in asked.peers if name not in missing]
    place = Place(asked.folder.absolute(), asked.environments.absolute(), asked.customers)
    place.prepare()
    if asked.curve:
        curve(place, asked)
    elif asked.pareto:
        pareto(place, asked)
    elif asked.cdnow:
        cdnow(place, asked)
    else:
        side_by_side(place, asked)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
