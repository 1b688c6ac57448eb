"""Erasing a person: nothing that names them is left, and no kill leaves it half told."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from regulars_server.audit.models import AuditEntry
from regulars_server.care.services import Opening, answer, open_case
from regulars_server.errors import Invalid, NotFound
from regulars_server.people import erasing, index, upkeep
from regulars_server.people.consents import Word, record_consent
from regulars_server.people.models import Consent, Erasure, Leaving
from regulars_server.people.search import person, search
from server.people import Client, actor, make_user
from server.shop import PEOPLE, bring

pytestmark = pytest.mark.django_db(transaction=True)
# Each stands in one place of the person's at least.
PLANTED = ("Plantagenet", "plantagenet@planted.example.cn", "13912399887", "P-4711-PLANTED",
           "Plantedstreet")  # fmt: skip


@pytest.fixture
def planted(shop: Any) -> int:
    """The key of a person whose name was written into every place that the server has."""
    bring(shop, [("P-4711-PLANTED", "Plantagenet", "13912399887",
                  "plantagenet@planted.example.cn", "Plantedstreet 1", "")])  # fmt: skip
    index.refresh()
    key = int(search("plantagenet").people[0].pk)
    who = actor(make_user("service_agent"))
    record_consent(
        actor=who, customer_key=key, message_id="Plantagenet-1",
        word=Word(purpose="marketing", channel="", state="given", source="call of Plantagenet"),
    )  # fmt: skip
    case, _new = open_case(
        actor=who, customer_key=key, message_id="Plantagenet-2",
        about=Opening(kind="complaint", subject="Plantagenet complains", text="13912399887"),
    )  # fmt: skip
    answer(actor=who, case_id=case.pk, text="Dear Plantagenet", version=case.version)
    return key


def left_in_database() -> list[str]:
    """Planted texts that some row of some table still has."""
    with connection.cursor() as cursor:
        rows: list[Any] = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += cursor.fetchall()
    said = str(rows)
    return [text for text in PLANTED if text.lower() in said.lower()]


def left_in_files(*folders: Path) -> list[str]:
    """Planted texts that some byte of some file still has."""
    found = []
    for file in (one for folder in folders for one in folder.rglob("*") if one.is_file()):
        held = file.read_bytes().lower()
        found += [f"{text} in {file}" for text in PLANTED if text.lower().encode() in held]
    return found


def database_url() -> str:
    """Where another program finds this database."""
    said = {name: str(value) for name, value in connection.settings_dict.items()}
    if connection.vendor == "sqlite":
        return f"sqlite:///{said['NAME']}"
    return f"postgresql://{said['USER']}@{said['HOST']}:{said['PORT']}/{said['NAME']}"


def database_files() -> list[Path]:
    name = Path(str(connection.settings_dict["NAME"]))
    return [file for file in name.parent.glob(f"{name.name}*") if file.is_file()]


@pytest.mark.parametrize("purge", [False, True])
def test_nothing_that_names_the_person_is_left(shop: Any, planted: int, purge: bool) -> None:
    boss = actor(make_user("administrator"))
    assert left_in_database(), "nothing was planted"
    erasure = erasing.ask(actor=boss, customer_key=planted, confirm="P-4711-PLANTED", purge=purge)
    assert search("plantagenet").people == []
    with pytest.raises(NotFound):
        person(planted)
    assert not erasing.told(erasure)["done"]
    assert erasing.run(erasure.pk)
    assert erasing.told(erasing.erasure(erasure.pk))["done"]
    assert left_in_database() == []
    assert left_in_files(shop.settings.root) == []
    assert not Consent.objects.exists()
    assert not Leaving.objects.exists()
    if connection.vendor == "sqlite":
        assert left_in_files(*{file.parent for file in database_files()}) == []
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
        assert left_in_files(*{file.parent for file in database_files()}) == []
    # An import of the same file does not bring the person back; the others stay.
    bring(shop, [("P-4711-PLANTED", "Plantagenet", "", "", "", ""), *PEOPLE])
    index.refresh()
    assert search("plantagenet").people == []
    assert len(search("王小明").people) == 1


@pytest.mark.parametrize("purge", [False, True])
def test_who_is_forgotten_on_the_command_line_leaves_the_database_too(
    shop: Any, planted: int, purge: bool
) -> None:
    shop.forget("P-4711-PLANTED", purge=purge)
    assert left_in_database()
    assert upkeep.once()
    assert left_in_database() == []
    assert not Consent.objects.exists()
    (one,) = Erasure.objects.all()
    assert (one.step, one.keys, one.purge, one.asked_by) == ("done", [planted], purge, None)
    assert AuditEntry.objects.filter(action="people.erased_elsewhere").count() == 1
    # The others stay, and nothing of it is done twice.
    bring(shop, [("C-9", "Later", "", "", "", "")])
    assert upkeep.once()
    assert len(search("王小明").people) == 1
    assert Erasure.objects.count() == 1


def test_a_record_that_was_parted_and_forgotten_is_not_taken_for_the_other(
    shop: Any, planted: int
) -> None:
    shop.identities.merge("shop:C-1", "shop:P-4711-PLANTED")
    index.refresh()
    shop.identities.unmerge("shop:P-4711-PLANTED")
    shop.forget("P-4711-PLANTED")
    assert upkeep.once()
    assert left_in_database() == []
    assert Erasure.objects.get().keys == [planted]
    assert len(search("王小明").people) == 1


def test_what_was_typed_must_be_an_id_of_the_person(shop: Any, planted: int) -> None:
    boss = actor(make_user("administrator"))
    for typed in ("", "Plantagenet", "C-1", "shop:C-1"):
        with pytest.raises(Invalid):
            erasing.ask(actor=boss, customer_key=planted, confirm=typed, purge=False)
    assert search("plantagenet").people
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("place", ["facts", "database", "files", "done"])
def test_a_kill_at_any_step_is_taken_up_again(
    shop: Any, planted: int, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after a step's work and before it is noted, which is the worst moment."""

    class Killed(BaseException):
        pass

    real = erasing._go_on

    def dies(erasure: Erasure, step: str) -> None:
        if step == place or (place == "facts" and step == "database"):
            raise Killed
        real(erasure, step)

    boss = actor(make_user("administrator"))
    one = erasing.ask(actor=boss, customer_key=planted, confirm="shop:P-4711-PLANTED", purge=False)
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_go_on", dies)
        with pytest.raises(Killed):
            erasing.run(one.pk)
    assert not erasing.told(erasing.erasure(one.pk))["done"]
    assert not AuditEntry.objects.filter(action="people.erased").exists()
    index.refresh()
    assert search("plantagenet").people == []
    assert erasing.unfinished() == [one.pk]
    assert erasing.run(one.pk)
    assert left_in_database() == []
    assert left_in_files(shop.settings.root) == []


def test_a_process_that_is_killed_amid_the_facts_is_taken_up_again(shop: Any, planted: int) -> None:
    """A real kill within the library's forgetting: its note is there, the names half gone."""
    one = erasing.ask(
        actor=actor(make_user("administrator")), customer_key=planted,
        confirm="P-4711-PLANTED", purge=False,
    )  # fmt: skip
    killed = (
        "import os, sys, regulars; from regulars.facts import forgetting\n"
        "forgetting.publish = lambda *a: os.kill(os.getpid(), 9)\n"
        "regulars.open(sys.argv[1]).forget('P-4711-PLANTED')"
    )
    ended = subprocess.run([sys.executable, "-c", killed, str(shop.settings.root)], check=False)
    assert ended.returncode == -9
    assert left_in_files(shop.settings.root)
    assert erasing.run(one.pk)
    assert left_in_files(shop.settings.root) == []


def test_what_stands_in_the_way_is_told_without_naming_anybody(
    shop: Any, planted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any) -> None:
        raise OSError("disk of Plantagenet full")

    one = erasing.ask(
        actor=actor(make_user("administrator")), customer_key=planted,
        confirm="P-4711-PLANTED", purge=False,
    )  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_facts", fails)
        assert not erasing.run(one.pk)
    told = erasing.told(erasing.erasure(one.pk))
    assert (told["done"], told["error"]) == (False, "OSError")
    assert erasing.run(one.pk)


def test_the_export_has_all_that_is_held(
    shop: Any, planted: int, as_role: Callable[[str], Client]
) -> None:
    assert as_role("service_agent").post(f"/people/{planted}/export/").status_code == 403
    answer = as_role("administrator").post(f"/people/{planted}/export/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        said = packed.read("person.json").decode()
        page = packed.read("person.html").decode()
    for text in (*PLANTED, "Plantagenet complains", "call of Plantagenet", "care.case_opened"):
        assert text in said
        assert text in page
    assert AuditEntry.objects.filter(action="people.exported").count() == 1
    hostile = search("script").people[0]
    answer = as_role("administrator").post(f"/people/{hostile.pk}/export/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert "<script>alert(1)" not in packed.read("person.html").decode()


def test_only_the_administrator_erases(
    shop: Any, planted: int, as_role: Callable[[str], Client]
) -> None:
    address = f"/people/{planted}/erase/"
    for role in ("service_agent", "auditor", "club_operator"):
        assert as_role(role).get(address).status_code == 403
    client = as_role("administrator")
    assert client.post(address, {"purge": "no", "confirm": "wrong"}).status_code == 422
    asked = client.post(address, {"purge": "no", "confirm": "P-4711-PLANTED"})
    assert asked.status_code == 302
    assert "Not done yet" in client.get(asked["Location"]).content.decode()
    assert client.get(f"/people/{planted}/").status_code == 404
    erasing.run(erasing.unfinished()[0])
    assert "Done." in client.get(asked["Location"]).content.decode()


def test_the_program_finishes_what_waits(shop: Any, planted: int) -> None:
    erasing.ask(
        actor=actor(make_user("administrator")), customer_key=planted,
        confirm="P-4711-PLANTED", purge=False,
    )  # fmt: skip
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "regulars_server.settings.main",
        "REGULARS_DATABASE_URL": database_url(),
        "REGULARS_WORKSPACE": str(shop.settings.root),
    }
    done = subprocess.run(
        [sys.executable, "-m", "regulars_server.people", "--once"], env=environment, check=False
    )
    assert done.returncode == 0
    assert erasing.unfinished() == []
    assert left_in_files(shop.settings.root) == []
