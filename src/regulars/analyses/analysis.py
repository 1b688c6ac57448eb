"""What an analysis is: one name, its question, its inputs, parameters, columns and steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from regulars.analyses.themes import Theme, theme_of
from regulars.declare import Column, Parameter, Text
from regulars.result import Note
from regulars.steps import Node
from regulars.steps.compose import Target
from regulars.words import named

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Span:
    """The days that the live orders cover; both None when there are none."""

    first_day: dt.date | None
    last_day: dt.date | None


@dataclass(frozen=True)
class Ask:
    """A question as put: parameters checked and completed, and what is known of the facts.

    Attributes
    ----------
    values : every declared parameter by name; days as dates, periods as `Period`.
    span : first and last day of the live orders.
    imported : names of the fact tables that hold anything.
    minor_per_major : minor units in one unit of the workspace's currency (100 cents a dollar):
        prices and costs of one unit are decimals, money is minor units.
    stored : what a kept fit told, where the parameter ``fit`` names one.
    wanted : the columns of a file of rows, for which no figure is needed; None: all there is.
    """

    values: Mapping[str, Any]
    span: Span
    imported: frozenset[str] = frozenset()
    minor_per_major: int = 100
    stored: Mapping[str, Any] | None = None
    wanted: frozenset[str] | None = None

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True)
class Plan:
    """How to answer: the steps to fetch, the values they take, and what must be said already.

    ``used`` holds parameters that were worked out (a window that had to be halved, an as-of day
    that was not given); they are shown in the answer in place of what was asked.
    """

    targets: tuple[Target, ...]
    values: Mapping[str, Any]
    used: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What `finish` makes of the fetched rows; ``details`` are for programs alone."""

    rows: Rows
    figures: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """A named question about the customer base.

    Attributes
    ----------
    name : by which Python, the command line, the API and the console reach it.
    title, question, rows : what it is called, what it answers, what one row is.
    source : the row ids of the specification that it follows.
    grain : "customer" when a row is a customer (the rows then stay on the engine until asked for),
        "table" when it is a small table that `finish` completes.
    inputs : fact tables without which there is no answer; ``helps`` are used where they exist.
    figures : named scalars of the answer, declared like columns.
    own_history : a row follows from that customer's own orders alone, so that one customer can
        be answered without computing everybody.
    instead : flags among the parameters that ask for the rows of another analysis, by its name;
        it takes the other parameters that were given.
    plan : from the question to steps and values. Pure. At customer grain the first target holds
        the customers' rows.
    finish : from fetched rows to the answer. Pure. At customer grain it may be left out; where it
        is given it gets the rows of the targets after the first, and its figures and notes count.
    """

    name: str
    title: Text
    question: Text
    rows: Text
    source: str
    grain: Literal["customer", "table"]
    inputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    steps: tuple[Node, ...]
    plan: Callable[[Ask], Plan]
    finish: Callable[[Ask, Plan, Mapping[str, Rows]], Answer] | None = None
    figures: tuple[Column, ...] = ()
    helps: tuple[str, ...] = ()
    own_history: bool = False
    instead: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(map(named, self.columns)))
        object.__setattr__(self, "figures", tuple(map(named, self.figures)))

    @property
    def cuts(self) -> tuple[Column, ...]:
        """What it can be cut by: store, channel, …; each as the column that heads its rows."""
        from regulars.analyses.cuts import taken

        return taken(self)

    @property
    def theme(self) -> Theme:
        """The head under which it is listed."""
        return theme_of(self.name)
