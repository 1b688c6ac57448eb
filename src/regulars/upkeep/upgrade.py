"""Bringing a workspace from an older form to the one that this program writes.

Each step is numbered by the schema it leads to, may be done twice, and is noted when it is done.
The settings say the new schema before the first step: from then on an older program refuses the
workspace in words, and this one does nothing in it but finish.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars import settings
from regulars.declare import Text
from regulars.errors import WorkspaceError
from regulars.facts.forgotten import LIST, remember
from regulars.facts.lock import one_writer
from regulars.facts.versions import sync_folder, write_whole

JOURNAL = "upgrading.json"


@dataclass(frozen=True)
class Step:
    """One change of form.

    Attributes
    ----------
    to : the schema that this belongs to; ``name`` tells it from others of the same.
    meaning : what it does, for whoever is asked whether to go on.
    apply : does it to the workspace's folder; a second time changes nothing.
    """

    to: int
    name: str
    meaning: Text
    apply: Callable[[Path], None]

    @property
    def id(self) -> str:
        return f"{self.to}-{self.name}"


@dataclass(frozen=True, kw_only=True)
class UpgradeReport:
    """What was done, or would be.

    Attributes
    ----------
    before, after : the workspace's schema; equal when there was nothing to do.
    steps : done in this call, in order.
    """

    before: int
    after: int
    steps: tuple[Step, ...]


def _forgotten_list(root: Path) -> None:
    """The list of the forgotten gets room for when, and for whether the facts went too."""
    if (root / "facts" / LIST).exists():
        remember(root / "facts", ())


STEPS: tuple[Step, ...] = (
    Step(
        2,
        "forgotten-list",
        Text(
            "The list of forgotten people says for each whether their orders were removed too. "
            "For those forgotten until now that is not known: their orders count as kept.",
            "遗忘名单会注明每个人的订单是否也已删除。此前被遗忘的人没有这项记录，一律视为订单已保留。",
        ),
        _forgotten_list,
    ),
)


def upgrade(
    root: Path,
    *,
    dry_run: bool = False,
    waiting: Callable[[str], None] | None = None,
    steps: tuple[Step, ...] = STEPS,
) -> UpgradeReport:
    """Bring a workspace to this program's schema; interrupted, call it again.

    Raises
    ------
    WorkspaceError : no workspace, or one of a newer program.
    """
    root = root.absolute()
    if dry_run:
        before, waiting_steps = _ahead(root, steps)
        return UpgradeReport(before=before, after=settings.SCHEMA, steps=waiting_steps)
    settings.read(root)
    if not interrupted(root) and not _ahead(root, steps)[1]:
        return UpgradeReport(before=settings.SCHEMA, after=settings.SCHEMA, steps=())
    (root / "facts").mkdir(exist_ok=True)
    with one_writer(root / "facts" / ".lock", "upgrade", waiting):
        before, ahead = _ahead(root, steps)
        journal: dict[str, Any] = {"from": before, "to": settings.SCHEMA, "done": _done(root)}
        _write(root, journal)
        if settings.read(root).schema != settings.SCHEMA:
            settings.write_schema(root, settings.SCHEMA)
            sync_folder(root)
        for step in ahead:
            step.apply(root)
            journal["done"].append(step.id)
            _write(root, journal)
        (root / JOURNAL).unlink(missing_ok=True)
        sync_folder(root)
    return UpgradeReport(before=before, after=settings.SCHEMA, steps=ahead)


def interrupted(root: Path) -> bool:
    """Whether an upgrade is under way here, or did not come to its end."""
    return (root / JOURNAL).exists()


def closed_because(found: settings.Settings) -> str | None:
    """Words why nothing may be written to a workspace of an older schema; None for ours."""
    if found.schema >= settings.SCHEMA:
        return None
    return (
        f"{found.root} is in the form of an older Regulars (workspace schema {found.schema}, this "
        f"program writes {settings.SCHEMA}). It can be read and backed up as it is. Before "
        "anything is written to it, run `regulars upgrade`. Nothing was changed."
    )


def _ahead(root: Path, steps: tuple[Step, ...]) -> tuple[int, tuple[Step, ...]]:
    """The schema that the workspace came from, and the steps that are still to be done."""
    before = int(_journal(root).get("from", settings.read(root).schema))
    done = _done(root)
    ordered = sorted(steps, key=lambda step: step.to)
    return before, tuple(s for s in ordered if s.to > before and s.id not in done)


def _done(root: Path) -> list[str]:
    return list(_journal(root).get("done", ()))


def _journal(root: Path) -> dict[str, Any]:
    if not interrupted(root):
        return {}
    try:
        kept: dict[str, Any] = json.loads((root / JOURNAL).read_text("utf-8"))
    except ValueError as error:
        raise WorkspaceError(f"{root / JOURNAL} is damaged: {error}.") from None
    if int(kept["to"]) > settings.SCHEMA:
        raise WorkspaceError(
            f"{root} is being upgraded by a newer Regulars; finish it with that one."
        )
    return kept


def _write(root: Path, journal: dict[str, Any]) -> None:
    write_whole(root / JOURNAL, json.dumps(journal).encode())
