"""Settings: all faults at once, secrets never in words, and a page that names every one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regulars_server.settings import readers
from regulars_server.settings.database import database
from regulars_server.settings.environment import Setting, SettingsError, read_all

DOCS = Path(__file__).resolve().parents[3] / "docs/operating/settings.md"
NUMBER = Setting(name="REGULARS_NUMBER", read=readers.whole(1, 9), default="3", text="")
SECRET = Setting(name="REGULARS_SECRET", read=readers.secret(8), default="", text="", secret=True)


def test_what_is_not_set_has_its_default() -> None:
    assert read_all([NUMBER, SECRET], {}) == {"REGULARS_NUMBER": 3, "REGULARS_SECRET": ""}


def test_all_faults_are_told_at_once_and_secrets_are_not_repeated() -> None:
    given = {"REGULARS_NUMBER": "10", "REGULARS_SECRET": "hunter2", "REGULARS_NUMBERS": "1"}
    with pytest.raises(SettingsError) as told:
        read_all([NUMBER, SECRET], given)
    said = str(told.value)
    assert "REGULARS_NUMBER: '10' is no whole number from 1 to 9" in said
    assert "REGULARS_SECRET: shorter than 8 characters" in said
    assert "REGULARS_NUMBERS is no setting. Did you mean REGULARS_NUMBER?" in said
    assert "hunter2" not in said


def test_a_secret_can_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("correct horse\n")
    assert read_all([SECRET], {"REGULARS_SECRET_FILE": str(file)}) == {
        "REGULARS_SECRET": "correct horse"
    }
    with pytest.raises(SettingsError, match="not both"):
        read_all([SECRET], {"REGULARS_SECRET_FILE": str(file), "REGULARS_SECRET": "x" * 9})
    with pytest.raises(SettingsError, match="No such file"):
        read_all([SECRET], {"REGULARS_SECRET_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("http://crm.example.com", "not https"),
        ("https://crm.example.com/path", "more than scheme"),
        ("https://user@crm.example.com", "more than scheme"),
        ("crm.example.com", "no address"),
    ],
)
def test_an_address_that_would_be_unsafe_is_refused(given: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        readers.web_url(given)


def test_plain_http_is_for_this_machine() -> None:
    assert readers.web_url("http://127.0.0.1:8000/") == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "given", ["8000", "host", "host:0", "host:port", ":80", "a:80/b", "h:99999"]
)
def test_what_is_no_host_and_port_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT"):
        readers.address(given)


def test_addresses_to_listen_on() -> None:
    assert readers.address("0.0.0.0:80") == ("0.0.0.0", 80)
    assert readers.address("[::1]:8000") == ("::1", 8000)


def test_sqlite_waits_for_its_turn_and_survives_a_power_cut() -> None:
    options = database("sqlite:////var/lib/x.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    for said in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        assert said in options["init_command"]


def test_the_parts_of_a_postgresql_address() -> None:
    made = database("postgresql://u%40x:p%2Fw@db:5433/crm?sslmode=verify-full")
    assert (made["USER"], made["PASSWORD"], made["HOST"]) == ("u@x", "p/w", "db")
    assert (made["PORT"], made["NAME"]) == ("5433", "crm")
    assert made["OPTIONS"] == {"sslmode": "verify-full"}
    assert database("postgresql:///crm?host=/run/postgresql")["HOST"] == "/run/postgresql"
    assert made["ATOMIC_REQUESTS"] is False


@pytest.mark.parametrize("url", ["mysql://x", "sqlite://", "postgresql://h", "postgresql://h:x/d"])
def test_another_database_is_refused_without_repeating_its_address(url: str) -> None:
    with pytest.raises(ValueError) as told:
        database(url + "?password=hunter2")
    assert "hunter2" not in str(told.value)


def test_every_setting_stands_in_the_documentation_as_it_is_declared() -> None:
    from regulars_server.settings.main import every_setting
    from regulars_server.settings.page import table

    assert table(every_setting()) in DOCS.read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(REGULARS_\w+)`", DOCS.read_text("utf-8"), flags=re.M))
    assert documented == {setting.name for setting in every_setting()}
