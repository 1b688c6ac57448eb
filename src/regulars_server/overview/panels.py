"""The panels of the overview: what each asks, and which findings of the report it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.charts.numbers import known
from regulars.declare import Text
from regulars.report.answers import Answers
from regulars.report.parts import Block, Target
from regulars.report.sections import change, cohorts, concentration, groups, lifecycle, value

HEADLINE, ATTENTION = "headline", "attention"

# What a finding is about that the section leaves out where there is no answer.
UNKNOWN = Text("This", "此项")


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of the page that is worked out, kept and shown by itself.

    Attributes
    ----------
    name : in its address.
    text : what it is called while it is not there yet.
    asks : analyses that it is written from.
    room, blocks : the section of the report, and which of its findings, by their names.
    tables : a further finding, of which the tables alone stand here.
    lists : the customers of the whole panel; from its answers where it depends on them.
    sentences : so many of the finding's stand above the picture; the others are folded away.
    """

    name: str
    text: Promise
    asks: tuple[str, ...]
    room: ModuleType | None = None
    blocks: tuple[str, ...] = ()
    tables: str = ""
    lists: Target | Callable[[Answers], Target] | None = None
    sentences: int = 0

    @property
    def leading(self) -> str:
        """The same, as templates cut a list."""
        return f":{self.sentences}"

    def everybody(self, answers: Answers) -> Target | None:
        """Whom the panel is about; None where it has no answer."""
        if not answers.results:
            return None
        return self.lists(answers) if callable(self.lists) else self.lists

    def findings(self, answers: Answers) -> list[Block]:
        """The findings of this panel; one in words where there is no answer."""
        if self.room is None:
            return []
        blocks = self.room.section(answers).blocks
        more = [table for one in blocks if one.name == self.tables for table in one.tables]
        chosen = [
            replace(one, tables=[*one.tables, *more]) for one in blocks if one.name in self.blocks
        ]
        return chosen or [answers.unknown_block(self.name, UNKNOWN, self.asks[0])]


PANELS = (
    Panel(
        name=HEADLINE,
        text=_("What moved"),
        asks=("bridge", "causes", "groups", "migration", "concentration"),
    ),
    Panel(
        name=ATTENTION,
        text=_("What to look at"),
        asks=("bridge", "decline", "lifecycle", "segments", "rejoin"),
    ),
    Panel(
        name="change",
        text=_("What changed"),
        asks=("bridge",),
        room=change,
        blocks=("bridge",),
        lists=Target(analysis="bridge_customers"),
    ),
    Panel(
        name="causes",
        text=_("Why those who stayed changed"),
        asks=("causes",),
        room=change,
        blocks=("causes",),
        lists=change.STAYED,
    ),
    Panel(
        name="stages",
        text=_("Life stages"),
        asks=("lifecycle",),
        room=lifecycle,
        blocks=("lifecycle",),
        lists=Target(analysis="lifecycle_customers"),
    ),
    Panel(
        name="months",
        text=_("Life stages over the months"),
        asks=("lifecycle_trend",),
        room=lifecycle,
        blocks=("lifecycle-months",),
        lists=lifecycle.latest,
    ),
    Panel(
        name="groups",
        text=_("Groups A–E"),
        asks=("groups",),
        room=groups,
        blocks=("groups",),
        lists=Target(analysis="group_customers"),
    ),
    Panel(
        name="moves",
        text=_("Moves between the groups"),
        asks=("migration",),
        room=groups,
        blocks=("migration",),
        tables="migration-shares",
        lists=Target(analysis="migration_customers"),
    ),
    Panel(
        name="cohorts",
        text=_("Cohorts"),
        asks=("cohorts",),
        room=cohorts,
        blocks=("cohorts",),
        lists=Target(analysis="cohort_customers"),
    ),
    Panel(
        name="concentration",
        text=_("Concentration"),
        asks=("concentration",),
        room=concentration,
        blocks=("concentration",),
        lists=Target(analysis="rfm"),
    ),
    Panel(
        name="value",
        text=_("Customer value"),
        asks=("value_totals", "value_distribution"),
        room=value,
        blocks=("value",),
        lists=Target(analysis="value"),
        sentences=1,
    ),
)
BY_NAME: Mapping[str, Panel] = {panel.name: panel for panel in PANELS}


def _rows(name: str) -> Callable[[Answers], float | None]:
    def summed(answers: Answers) -> float | None:
        rows = answers.rows(name)
        counted = [row["customers"] for row in rows]
        return sum(counted) if counted and all(known(one) for one in counted) else None

    return summed


def _figure(name: str, figure: str) -> Callable[[Answers], float | None]:
    def found(answers: Answers) -> float | None:
        value: float | None = answers.figure(name, figure)
        return value

    return found


def _stayed(answers: Answers) -> float | None:
    """Each cause is of all who stayed, by tier."""
    rows = [row for row in answers.rows("causes") if row["cause"] == "frequency"]
    counted = [row["customers"] for row in rows]
    return sum(counted) if counted and all(known(one) for one in counted) else None


def _latest(answers: Answers) -> float | None:
    """Everybody who had bought by the last of the months."""
    rows = answers.rows("lifecycle_trend")
    last = max((str(row["month"]) for row in rows), default=None)
    counted = [row["customers"] for row in rows if str(row["month"]) == last]
    return sum(counted) if counted and all(known(one) for one in counted) else None


# Whom an analysis is about, as its answer says it.
POPULATION: Mapping[str, Callable[[Answers], float | None]] = {
    "bridge": _rows("bridge"),
    "causes": _stayed,
    "lifecycle": _rows("lifecycle"),
    "lifecycle_trend": _latest,
    "groups": _figure("groups", "customers_total"),
    "migration": _rows("migration"),
    "concentration": _figure("concentration", "customers_total"),
    "value_totals": _figure("value_distribution", "customers"),
}


def population(panel: Panel, answers: Answers) -> float | None:
    """How many customers a panel is about; None where its answer does not say it."""
    counted = POPULATION.get(panel.asks[0])
    return counted(answers) if counted is not None else _begun(answers)


def _begun(answers: Answers) -> float | None:
    """Of cohorts: everybody of them, who are those in the period of their first order."""
    every = [r for r in answers.rows("cohorts") if r["cohort"] == "all" and r["period"] == 0]
    return every[0]["customers"] if every and known(every[0]["customers"]) else None
