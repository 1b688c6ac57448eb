"""Small texts on the disk, each made once: whole or not there; all go when somebody is erased."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from regulars_server.console.disk import remove_at_once
from regulars_server.settings.declared import DATA

MOST = 2000
# What a killed process left half made goes after so long.
HALF_MADE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Kept:
    """A folder of them, in the server's own.

    Attributes
    ----------
    name : of the folder.
    """

    name: str

    @property
    def folder(self) -> Path:
        return DATA.value / self.name

    def find(self, name: str, *, seconds: float | None = None) -> str | None:
        """The text; None where there is none, or it is older than so many seconds."""
        path = self.folder / name
        try:
            if seconds is not None and time.time() - path.stat().st_mtime > seconds:
                return None
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    @contextmanager
    def making(self, name: str) -> Iterator[Callable[[str], None]]:
        """A place from before the text is made; the function given keeps it.

        Where all was removed in between, it keeps nothing: the text may be of what was erased.
        """
        with self.placing(name) as (aside, put):

            def keep(text: str) -> None:
                with contextlib.suppress(FileNotFoundError):
                    with aside.open("r+", encoding="utf-8") as file:
                        file.write(text)
                    put()

            yield keep

    @contextmanager
    def placing(self, name: str) -> Iterator[tuple[Path, Callable[[], None]]]:
        """The same for a text that another process writes into the file, which it must not make."""
        home = self.folder
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = home / f".{uuid.uuid4().hex}"
        aside.touch(mode=0o600)

        def put() -> None:
            with contextlib.suppress(FileNotFoundError):
                aside.replace(home / name)
                self._trim()

        try:
            yield aside, put
        finally:
            aside.unlink(missing_ok=True)

    def remove_all(self) -> None:
        """Remove every text, and the places of those that are being made."""
        remove_at_once(self.folder)

    def _trim(self) -> None:
        found = sorted(((_age(path), path) for path in self.folder.glob("*")), reverse=True)
        kept = [path for _at, path in found if not path.name.startswith(".")]
        half = [path for at, path in found if path.name.startswith(".") and _old(at)]
        for path in (*kept[MOST:], *half):
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _old(at: float) -> bool:
    return 0 < at < time.time() - HALF_MADE_SECONDS
