"""A backup of the server: a copy of its database, then one of the workspace.

The database first. What it says of customers is said under keys of the facts: of facts that are a
little newer than the database nothing is missing, and events that landed in between are landed
once more, which changes nothing. Of older facts both would be wrong.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import uuid
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.errors import WorkspaceError

if TYPE_CHECKING:
    from regulars.upkeep import BackupReport


def backup(folder: Path) -> tuple[Path, BackupReport]:
    """Write both into a folder that is there; returns the database's file, and the workspace's.

    Raises
    ------
    WorkspaceError : there is no such folder or workspace, no room, or no ``pg_dump``.
    """
    import django

    django.setup()
    from django.utils import timezone

    from regulars_server.console.workspace import opened

    if not folder.is_dir():
        raise WorkspaceError(f"There is no folder {folder} to write the backup to.")
    ws = opened()
    stamp = timezone.now().strftime("%Y%m%dT%H%M%SZ")
    copied = copy_database(folder.absolute() / f"server-{stamp}-{uuid.uuid4().hex[:6]}")
    return copied, ws.backup(folder)


def copy_database(place: Path) -> Path:
    """Copy the database as it is at one moment, its users going on; only its owner may read it.

    Returns
    -------
    Path : ``place`` with the ending of its kind: ``.sqlite3``, or ``.dump`` of ``pg_dump``.
    """
    from django.db import connection

    sqlite = connection.vendor == "sqlite"
    final = place.with_name(place.name + (".sqlite3" if sqlite else ".dump"))
    aside = final.with_name(f".{final.name}.writing")
    try:
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        (_copy_sqlite if sqlite else _dump_postgresql)(aside)
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.rename(final)
    except OSError as error:
        raise WorkspaceError(f"No copy of the database was made: {error.strerror}.") from error
    finally:
        with suppress(FileNotFoundError):
            aside.unlink()
    return final


def _copy_sqlite(aside: Path) -> None:
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(aside)) as copy:
        source.backup(copy)
        # In one file, so that it can be moved; the server turns its log on again.
        copy.execute("PRAGMA journal_mode = DELETE")


def _dump_postgresql(aside: Path) -> None:
    from django.db import connection

    program = shutil.which("pg_dump")
    if program is None:
        raise WorkspaceError("pg_dump is not here: install PostgreSQL's client programs.")
    command = [program, "--format=custom", "--no-owner", f"--file={aside}"]
    done = subprocess.run(
        command, env={**os.environ, **libpq(connection.settings_dict)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise WorkspaceError(f"No copy of the database was made: {done.stderr.strip()}")


def libpq(described: dict[str, object]) -> dict[str, str]:
    """The connection as environment of PostgreSQL's programs: in a command all could read it."""
    options = described.get("OPTIONS") or {}
    assert isinstance(options, dict)
    said = {
        "PGHOST": described["HOST"], "PGPORT": described["PORT"], "PGUSER": described["USER"],
        "PGPASSWORD": described["PASSWORD"], "PGDATABASE": described["NAME"],
        "PGSSLMODE": options.get("sslmode"), "PGSSLROOTCERT": options.get("sslrootcert"),
        "PGSSLCERT": options.get("sslcert"), "PGSSLKEY": options.get("sslkey"),
        "PGSERVICE": options.get("service"), "PGPASSFILE": options.get("passfile"),
    }  # fmt: skip
    return {name: str(value) for name, value in said.items() if value}
