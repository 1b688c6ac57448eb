"""The server copied and brought back: whoever was erased since does not come back with it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

import regulars
from regulars.errors import WorkspaceError
from regulars_server.people import erasing, index
from regulars_server.people.consents import Word, record_consent
from regulars_server.people.search import search
from regulars_server.start import backup
from regulars_server.start.prepare import refuse_newer_database
from server.people import actor, make_user
from server.shop import served
from services import missing

pytestmark = pytest.mark.django_db(transaction=True)
WANG = "Xiaoming.Wang@Mail.CN"


@pytest.fixture
def shop(tmp_path: Path, settings: Any) -> Any:
    with served(tmp_path, settings) as ws:
        yield ws


@pytest.fixture
def place(tmp_path: Path) -> Path:
    if connection.vendor == "postgresql" and shutil.which("pg_dump") is None:
        missing("pg_dump", install="PostgreSQL's client programs")
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def consent(key: int, source: str) -> None:
    record_consent(
        actor=actor(make_user("service_agent", email=f"{source}@example.com")), customer_key=key,
        message_id=source,
        word=Word(purpose="marketing", channel="", state="given", source=f"call of {source}"),
    )  # fmt: skip


def restored(copied: Path, folder: Path) -> tuple[str, Any]:
    """A database made of the copy as docs/operating/backup.md says: its URL, and how to ask it."""
    if copied.suffix == ".sqlite3":
        file = folder / "server.sqlite3"
        shutil.copy(copied, file)

        def ask_sqlite(sql: str) -> list[Any]:
            with closing(sqlite3.connect(file)) as con:
                return con.execute(sql).fetchall()

        return f"sqlite:///{file}", ask_sqlite
    described = connection.settings_dict
    name = f"restored_{os.getpid()}"
    environment = {**os.environ, **backup.libpq(described)}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    subprocess.run(
        ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={name}", str(copied)],
        env=environment, check=True,
    )  # fmt: skip

    def ask_postgresql(sql: str) -> list[Any]:
        import psycopg

        said = {"host": described["HOST"], "port": described["PORT"], "user": described["USER"]}
        with psycopg.connect(dbname=name, **said) as con:  # type: ignore[arg-type]
            return con.execute(sql).fetchall()  # type: ignore[arg-type]

    url = f"postgresql://{described['USER']}@{described['HOST']}:{described['PORT']}/{name}"
    return url, ask_postgresql


def run(*arguments: str, url: str, data: Path, workspace: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("REGULARS_")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "regulars_server.settings.main", "REGULARS_DATA": str(data),
        "REGULARS_WORKSPACE": str(workspace), "REGULARS_DATABASE_URL": url,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", *arguments], env=environment, check=False, capture_output=True,
        text=True,
    )  # fmt: skip


def test_what_was_erased_since_the_backup_stays_erased(
    shop: Any, place: Path, tmp_path: Path
) -> None:
    wang, fang = (int(search(name).people[0].pk) for name in ("王小明", "王芳"))
    consent(wang, "wang")
    consent(fang, "fang")
    copied, facts = backup.backup(place)
    for file in (copied, facts.path):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not [file for file in place.iterdir() if file.name.endswith(".writing")]
    asked = erasing.ask(
        actor=actor(make_user("administrator")), customer_key=wang, confirm="C-1", purge=False
    )
    assert erasing.run(asked.pk)
    # The disk is lost. What is left are the backups, and the list of the forgotten.
    listed = tmp_path / "elsewhere.erasures"
    shop.export_erasures(listed)
    workspace = tmp_path / "restored" / "shop"
    from regulars import upkeep

    upkeep.restore(facts.path, workspace, erasures=[listed], at=asked.asked_at)
    url, ask = restored(copied, tmp_path)
    assert len(ask("SELECT 1 FROM people_consent")) == 2, "the copy is of before the erasure"
    where = {"url": url, "data": tmp_path / "data", "workspace": workspace}
    prepared = run("regulars_server", "prepare", **where)  # type: ignore[arg-type]
    assert prepared.returncode == 0, prepared.stderr
    ended = run("regulars_server.people", "--once", **where)  # type: ignore[arg-type]
    assert ended.returncode == 0, ended.stderr
    assert ask("SELECT customer_key FROM people_consent") == [(fang,)]
    assert ask(f"SELECT 1 FROM people_person WHERE customer_key = {wang}") == []
    assert WANG.lower() not in str(ask("SELECT * FROM people_person")).lower()
    assert "wang" not in str(ask("SELECT before, after FROM audit_auditentry"))
    assert "wang" not in str(ask("SELECT source FROM people_consent"))


def test_a_start_on_facts_that_do_not_belong_to_the_database_is_refused(
    shop: Any, place: Path, tmp_path: Path
) -> None:
    consent(int(search("王芳").people[0].pk), "fang")
    copied = backup.copy_database(place / "server")
    other = tmp_path / "other"
    regulars.init(other, zone="Asia/Shanghai", currency="CNY")
    url, _ask = restored(copied, tmp_path)
    ended = run("regulars_server", "prepare", url=url, data=tmp_path / "data", workspace=other)
    assert ended.returncode == 2
    assert "of another workspace" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_of_a_newer_regulars_is_refused_in_words() -> None:
    refuse_newer_database()
    newer = MigrationRecorder.Migration.objects.create(app="people", name="0999_of_tomorrow")
    try:
        with pytest.raises(WorkspaceError, match=r"newer Regulars: it has people\.0999"):
            refuse_newer_database()
    finally:
        newer.delete()


def test_no_folder_and_no_program_are_said_in_words(
    shop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WorkspaceError, match="There is no folder"):
        backup.backup(tmp_path / "nowhere")
    if connection.vendor == "postgresql":
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(WorkspaceError, match="pg_dump is not here"):
            backup.copy_database(tmp_path / "server")
        assert not [*tmp_path.glob("*server*")]


def test_a_password_is_not_part_of_a_command() -> None:
    said = backup.libpq({
        "HOST": "db", "PORT": "", "USER": "u", "PASSWORD": "secret", "NAME": "n",
        "OPTIONS": {"sslmode": "verify-full"},
    })  # fmt: skip
    assert said == {
        "PGHOST": "db", "PGUSER": "u", "PGPASSWORD": "secret", "PGDATABASE": "n",
        "PGSSLMODE": "verify-full",
    }  # fmt: skip


def test_the_index_is_of_the_workspace(shop: Any) -> None:
    assert index.state().workspace == shop.lake.forgotten().secret_id
