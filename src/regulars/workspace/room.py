"""What every part of a workspace stands on: settings, clock, lake, and a session on the facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars import __version__, fits, settings
from regulars import runs as log
from regulars.errors import WorkspaceError
from regulars.settings import Settings

if TYPE_CHECKING:
    from regulars.analyses.run import Session
    from regulars.engines import Engine
    from regulars.facts import Lake
    from regulars.sources import LakeFacts, TableFacts

Progress = Callable[[str, float, float | None], None]


def _now() -> dt.datetime:
    # The one clock: it dates runs and imports, never an answer.
    return dt.datetime.now(dt.UTC)  # noqa: TID251


class Room:
    """A folder with its settings; `regulars.workspace.Workspace` is the whole of it.

    Parameters
    ----------
    root : the folder.
    clock : gives the instant that dates runs and imports; answers never depend on it.
    """

    def __init__(self, root: str | Path, *, clock: Callable[[], dt.datetime] = _now) -> None:
        from regulars.upkeep.upgrade import interrupted

        self.settings: Settings = settings.read(Path(root).absolute())
        if interrupted(self.settings.root):
            raise WorkspaceError(
                f"An upgrade of {self.settings.root} is under way or was interrupted. "
                "`regulars upgrade` finishes it."
            )
        self._clock = clock

    def __repr__(self) -> str:
        return f"Workspace({str(self.settings.root)!r})"

    @cached_property
    def lake(self) -> Lake:
        """The facts on disk.

        Raises
        ------
        WorkspaceError : this workspace reads the company's own tables and has no lake.
        """
        from regulars.facts import Lake
        from regulars.upkeep.upgrade import closed_because

        s = self.settings
        if not s.lake:
            raise WorkspaceError(
                "this workspace reads tables where they are and keeps no facts of its own: nothing"
                " can be imported, withdrawn or forgotten here, and there are no facts versions."
                " Change the data where they live."
            )
        return Lake(
            s.root,
            zone=s.zone,
            currency=s.currency,
            exponent=s.exponent,
            closed_because=closed_because(s),
        )

    @property
    def _snapshots(self) -> Path:
        return self.settings.root / "snapshots"

    def _told(self, name: str) -> Mapping[str, Any]:
        kept = fits.read(self.settings.root, name)
        return {**kept.told, "as_of": kept.as_of, "segment": kept.parameters.get("segment")}

    @contextmanager
    def _session(
        self, name: str, parameters: Mapping[str, Any]
    ) -> Iterator[tuple[Session, log.Run]]:
        """An engine on the current facts for one run, and the run's line in the log."""
        from regulars.analyses.run import Session
        from regulars.engines import open_engine
        from regulars.engines.engine import check_url

        root = self.settings.root
        run = log.Run(name, parameters, check_url(self.settings.engine), free=_free())
        with log.recorded(root, self._clock, __version__, run):
            engine = open_engine(self.settings.engine, scratch=root / "scratch")
            run.engine = engine.name
            session: Session | None = None
            try:
                with self._facts(engine) as facts:
                    session = Session(
                        engine,
                        facts,
                        minor_per_major=10**self.settings.exponent,
                        stored=self._told,
                    )
                    run.facts_version = facts.version
                    yield session, run
            finally:
                run.sql = session.executed if session is not None else []
                engine.close()

    @contextmanager
    def _facts(self, engine: Engine) -> Iterator[LakeFacts | TableFacts]:
        """What a run reads: the lake's newest version, held until it ends, or the tables mapped."""
        from regulars.sources import LakeFacts, TableFacts

        if not self.settings.lake:
            from regulars.facts import leases

            # There is no version to hold, but what this run spills is in use.
            with leases.leased(self.settings.root, lambda: 0, lambda number: number):
                yield TableFacts.of(self.settings, engine, read_at=self._clock())
            return
        with self.lake.held() as version:
            yield LakeFacts(self.lake, version)


@cache
def _free() -> dict[str, Any]:
    """The parameters of analyses that may be any text, with their usual values."""
    from regulars.analyses import catalogue

    return {p.name: p.default for one in catalogue() for p in one.parameters if p.free}
