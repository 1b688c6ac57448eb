"""A plan's file, opened by its path or by the name of a shipped example."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from regulars.errors import UnknownName
from regulars.plans.answer import Plan
from regulars.plans.document import Entries, Node, load, parse
from regulars.plans.facts import Facts
from regulars.plans.places import PlanError
from regulars.plans.section import Section

Reader: TypeAlias = Callable[[Section, Facts | None], Any]

KINDS = (
    "table",
    "renewals",
    "letters",
    "leak",
    "economics",
    "budget",
    "sources",
    "plane",
    "leads",
)
"""What a plan may be, as its file's `kind` says it."""

EXAMPLES: Mapping[str, str] = {
    "hughes-251a": "table",
    "hughes-calculator": "table",
    "small-club": "table",
    "magazine": "renewals",
    "magazine-contracts": "renewals",
    "renewal-letters": "letters",
    "lapse-and-rejoin": "leak",
    "five-points": "economics",
    "acquisition-or-retention": "budget",
    "direct-response": "sources",
    "two-levers": "plane",
    "scarce-hours": "leads",
}
"""Shipped examples and their kinds. Their inputs are illustrative."""


def read(path: str | os.PathLike[str], *, facts: Facts | None = None) -> Any:
    """Read a plan from a YAML file.

    Parameters
    ----------
    path : the file.
    facts : answers ``from: …``: a workspace at hand. Left out, such a file is refused in words.

    Returns
    -------
    Plan : of the kind that the file names; ``plan.answer("en")`` says what it comes to.

    Raises
    ------
    PlanError : something in the file cannot be; the message has file, line, column and key.
    ParameterError : there is no such file, or it is too long to be a plan.

    Examples
    --------
    >>> from regulars.plans import example
    >>> plan = example("hughes-251a")
    >>> f"{plan.table.value:.2f}"
    '52.70'
    """
    return _read(load(Path(path)), facts)


def parsed(text: str, name: str, *, facts: Facts | None = None) -> Any:
    """Read a plan from the text of a file, as `read` does.

    Parameters
    ----------
    name : what errors call the file.

    Raises
    ------
    PlanError, ParameterError : as `read`.
    """
    return _read(parse(text.encode(), name), facts)


def example(name: str) -> Any:
    """Read a shipped example by its name.

    Raises
    ------
    UnknownName : there is none of that name.
    """
    return _read(parse(example_text(name).encode(), f"{name}.yaml"), None)


def example_text(name: str) -> str:
    """The text of a shipped example, to be copied and changed.

    Raises
    ------
    UnknownName : there is none of that name.
    """
    if name not in EXAMPLES:
        raise UnknownName(f"There is no example {name}; there are {', '.join(EXAMPLES)}.")
    return files("regulars.plans").joinpath(f"examples/{name}.yaml").read_text("utf-8")


def _read(node: Node, facts: Facts | None) -> Plan:
    if not isinstance(node, Entries):
        raise PlanError(node.place, "a plan is a mapping of keys, beginning with kind")
    section = Section(node)
    kind = section.choice("kind", KINDS)
    reader: Reader = import_module(f"regulars.plans.kinds.{kind}").read
    found: Plan = reader(section, facts)
    return found
