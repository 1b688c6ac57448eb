"""A workspace: a folder that holds settings, facts and snapshots, and answers questions."""

from __future__ import annotations

from pathlib import Path

from regulars import settings
from regulars.errors import ParameterError, WorkspaceError
from regulars.workspace.answers import Answers
from regulars.workspace.facts import Facts
from regulars.workspace.upkeep import Keeping

__all__ = ["Workspace", "init", "open"]


class Workspace(Facts, Answers, Keeping):
    """Open with `regulars.open`, make with `regulars.init`.

    Parameters
    ----------
    root : the folder.
    clock : gives the instant that dates runs and imports; answers never depend on it.
    """


def init(
    path: str | Path, *, zone: str, currency: str, engine: str = "duckdb", lake: bool = True
) -> Workspace:
    """Make a workspace in a new or empty folder.

    Parameters
    ----------
    zone : IANA time zone in which days are counted, e.g. "Asia/Shanghai".
    currency : reporting currency, ISO 4217, e.g. "CNY".
    engine : where questions are computed: "duckdb", "postgresql://…", "spark:local[2]",
        "clickhouse".
    lake : whether facts are imported; else `map_facts` names tables that the engine already has.

    Raises
    ------
    WorkspaceError : the folder holds something already.
    ParameterError : unknown zone, currency or engine.
    """
    from regulars import sources
    from regulars.engines.engine import check_url
    from regulars.facts import Lake

    root = Path(path).absolute()
    settings.check(zone=zone, currency=currency)
    if check_url(engine) not in sources.WITHOUT_LAKE and not lake:
        raise ParameterError(
            f"without a lake the engine is one of {', '.join(sources.WITHOUT_LAKE)}"
        )
    Lake(root, zone=zone, currency=currency)  # refuses a path that a lake cannot stand on
    if root.exists() and any(root.iterdir()):
        raise WorkspaceError(f"{root} is not empty; nothing was changed")
    root.mkdir(parents=True, exist_ok=True)
    settings.write_new(root, zone=zone, currency=currency, engine=engine, lake=lake)
    return Workspace(root)


def open(path: str | Path = ".") -> Workspace:
    """Open a workspace.

    Raises
    ------
    WorkspaceError : no workspace there, or made by a newer program.
    """
    return Workspace(path)
