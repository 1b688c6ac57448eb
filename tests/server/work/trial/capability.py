"""Declares the kinds of jobs of tests."""

from __future__ import annotations

from regulars_server.capability import Capability
from regulars_server.work.kinds import Kind, Rank
from regulars_server.work.rules import Attempts, Every, Schedule

OFTEN = Attempts(most=1000, first_seconds=0.05, longest_seconds=0.05)
TWICE = Attempts(most=2, first_seconds=0.05)
HERE = "server.work.trial.jobs"

JOBS = (
    Kind(name="trial.effect", text="effect", run=f"{HERE}:effect", attempts=OFTEN),
    Kind(name="trial.steps", text="steps", run=f"{HERE}:steps", stages={"counting": "counting"}),
    Kind(name="trial.fails", text="fails", run=f"{HERE}:fails", attempts=TWICE),
    Kind(name="trial.refused", text="refused", run=f"{HERE}:refused"),
    Kind(name="trial.deaf", text="deaf", run=f"{HERE}:deaf", attempts=OFTEN),
    Kind(name="trial.crash", text="crash", run=f"{HERE}:crash", attempts=TWICE),
    Kind(
        name="trial.late", text="late", run=f"{HERE}:deaf", seconds=1, attempts=Attempts(most=1)
    ),
    Kind(
        name="trial.greedy", text="greedy", run=f"{HERE}:greedy", memory_mb=300,
        attempts=Attempts(most=1),
    ),
    Kind(name="trial.prepares", text="prepares", run=f"{HERE}:nothing", rank=Rank.PREPARES),
    Kind(
        name="trial.periodic", text="periodic", run=f"{HERE}:nothing",
        schedule="server.work.trial.capability:minute",
    ),
)  # fmt: skip


def minute() -> Schedule:
    return Every(60)


CAPABILITY = Capability(name="trial", jobs="server.work.trial.capability:JOBS")
