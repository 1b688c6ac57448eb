"""Upkeep of a workspace: forgetting, backing up, cleaning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from regulars import __version__
from regulars.errors import ParameterError, WorkspaceError

if TYPE_CHECKING:
    from regulars.facts import (
        ErasureReport,
        ForgetReport,
    )
    from regulars.upkeep import BackupReport, Upkeep

from regulars.workspace.room import Progress, Room


class Keeping(Room):
    """What nobody may or need keep any more goes here."""

    def forget(
        self, external_id: str, *, source: str = "shop", purge: bool = False
    ) -> ForgetReport:
        """Forget a person: every row that names them, at once and for good (decision 4).

        Facts stay and belong to nobody; with ``purge`` they are removed too. Snapshots hold keys
        and no names; with ``purge`` they are removed, as they hold the person's figures.

        Where the settings name a file ``erasures``, the list of the forgotten is written there
        too, so that it outlives the workspace.

        Raises
        ------
        FactsError : another writer failed half-way and cannot be mended.
        WorkspaceError : the person is forgotten, but the list could not be written elsewhere.
        """
        report = self.lake.forget(
            external_id, source=source, purge=purge, recorded_at=self._clock()
        )
        if self.settings.erasures is not None:
            self._export_after_forgetting(self.settings.erasures)
        return report

    def _export_after_forgetting(self, target: Path) -> None:
        try:
            self.export_erasures(target)
        except (OSError, WorkspaceError) as error:
            raise WorkspaceError(
                f"The person is forgotten here, but the list could not be written to {target}: "
                f"{error} Mend that and run `regulars erasures export {target}`, or a restored "
                "backup may bring them back."
            ) from error

    def backup(self, target: str | Path, *, progress: Progress | None = None) -> BackupReport:
        """Copy the workspace as it is now into one file; see `regulars.upkeep.backup`.

        Parameters
        ----------
        target : a new file, or a folder that gets one.
        """
        from regulars import upkeep

        return upkeep.backup(
            self.settings, self.lake, Path(target), at=self._clock(),
            program_version=__version__, progress=progress,
        )  # fmt: skip

    def export_erasures(self, target: str | Path) -> int:
        """Write the list of the forgotten to a file elsewhere; returns how many ids it has."""
        from regulars import upkeep

        return upkeep.export(self.settings.root / "facts", Path(target))

    def apply_erasures(self, path: str | Path) -> ErasureReport:
        """Forget everybody on a list: a file, or another copy of this workspace.

        Raises
        ------
        WorkspaceError : no list, or that of another workspace.
        """
        from regulars import upkeep
        from regulars.upkeep.erasures import of_facts

        secret_id = of_facts(self.lake.folder).secret_id
        listed = upkeep.read_erasures(Path(path), secret_id=secret_id).erasures
        return self.lake.erase(listed.values(), recorded_at=self._clock())

    def maintain(
        self,
        *,
        keep_days: int = 30,
        keep_runs_days: int = 365,
        dry_run: bool = False,
        waiting: Callable[[str], None] | None = None,
    ) -> Upkeep:
        """Remove what no facts version of the last ``keep_days`` needs, and make files fewer.

        Without a lake only what runs left behind and old run logs go; the tables are not ours.
        """
        from regulars import upkeep

        if keep_days < 0 or keep_runs_days < 0:
            raise ParameterError("days to keep are 0 or more")
        return upkeep.maintain(
            self.settings.root, self.lake if self.settings.lake else None, at=self._clock(),
            keep_days=keep_days, keep_runs_days=keep_runs_days, dry_run=dry_run, waiting=waiting,
        )  # fmt: skip
