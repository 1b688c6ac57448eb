"""Exports: three forms, columns, names for who may; who refuses and who was erased left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import transaction
from django.urls import reverse
from python_calamine import CalamineWorkbook

import regulars
from regulars_server.audiences import exporting, files, upkeep
from regulars_server.audiences.models import Export
from regulars_server.audit.models import AuditEntry
from regulars_server.people import consents, index
from regulars_server.people.models import ErasedKey
from regulars_server.people.search import search
from regulars_server.settings.declared import DATA
from regulars_server.work.models import Job
from server.audiences.conftest import forget
from server.people import Client, actor

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shop_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace of people with hostile names, and its snapshot."""
    from server.shop import make

    ws = make(tmp_path_factory.mktemp("shop") / "shop")
    orders = ws.settings.root.parent / "more.csv"
    orders.write_text("order_id,customer_id,day,amount\no4,C-5,2026-02-10,30.00\n")
    ws.import_facts("orders", orders)
    ws.analyse(as_of="2026-03-01")
    return Path(ws.settings.root)


@pytest.fixture
def taken(db: None, shop_root: Path, settings: Any) -> Iterator[Any]:
    """The server stands on it; its one snapshot."""
    settings.REGULARS_WORKSPACE = shop_root
    forget()
    index.refresh()
    yield regulars.open(shop_root).snapshots()[0]
    forget()


class Worker:
    """Stands in for the worker that runs a job: what it is told is kept."""

    def __init__(self, export: Export) -> None:
        self.payload = {"export": export.pk}
        self.said: list[Any] = []

    def progress(self, *given: Any, **more: Any) -> None:
        self.said.append(given)

    def check(self) -> None: ...

    def finishing(self, result: Any) -> Any:
        self.result = result
        return transaction.atomic()


def ask(client: Client, **more: Any) -> Export:
    given = {
        "where": "", "form": "csv", "purpose": "personalised", "without_refusing": "on",
        "columns": ["orders", "spend_minor", "last_day"], **more,
    }  # fmt: skip
    answer = client.post(
        reverse("audiences:export"), {k: v for k, v in given.items() if v is not None}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.latest("id")


def written(export: Export) -> Path:
    exporting.run(Worker(export))  # type: ignore[arg-type]
    export.refresh_from_db()
    return files.file_of(export)


def as_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def refuse(client: Client, name: str) -> int:
    key = search(name).people[0].pk
    consents.record_consent(
        actor=actor(client.user), customer_key=key, message_id=f"no-{name}",  # type: ignore[arg-type]
        word=consents.Word(
            purpose="personalised_decisions", channel="", state="withdrawn", source="desk"
        ),
    )  # fmt: skip
    return key


def test_a_csv_holds_the_chosen_columns_and_no_formula_is_run(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    rows = as_rows(written(ask(client, named="on")))
    assert list(rows[0]) == ["customer_key", "name", "phone", "email", "ids", "orders",
                             "spend_minor", "last_day"]  # fmt: skip
    assert len(rows) == taken.rows
    names = {row["name"] for row in rows}
    assert '\'=HYPERLINK("http://evil")' in names
    wang = next(row for row in rows if row["name"] == "王小明")
    assert (wang["orders"], wang["spend_minor"], wang["last_day"]) == ("2", "15000", "2026-02-07")


def test_an_xlsx_has_headings_money_and_text_that_stays_text(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    path = written(ask(as_role("administrator"), named="on", form="xlsx"))
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert sheet[0][1:5] == ["Name", "Telephone", "E-mail", "Ids"]
    assert any("CNY" in str(head) for head in sheet[0])
    assert 150.0 in [row[6] for row in sheet[1:]]
    assert '=HYPERLINK("http://evil")' in [row[1] for row in sheet[1:]]


def test_a_parquet_has_the_types_of_the_snapshot(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    key = refuse(client, "王芳")
    path = written(ask(client, named="on", form="parquet"))
    found = duckdb.read_parquet(str(path)).order("customer_key")
    assert found.columns[:5] == ["customer_key", "name", "phone", "email", "ids"]
    assert str(found.types[-1]) == "DATE"
    keys = [row[0] for row in found.fetchall()]
    assert key not in keys
    assert len(keys) == taken.rows - 1


def test_who_refuses_is_left_out_unless_it_is_said_otherwise(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    key = refuse(client, "王小明")
    page = client.get(reverse("audiences:export")).content.decode()
    assert "1 of them refuse" in page
    one = ask(client)
    assert str(key) not in [row["customer_key"] for row in as_rows(written(one))]
    assert (one.rows, one.refusing) == (taken.rows - 1, 1)
    other = ask(client, without_refusing=None, purpose="analysis")
    assert str(key) in [row["customer_key"] for row in as_rows(written(other))]


def test_who_was_erased_is_in_no_export_and_no_list(
    taken: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("administrator")
    key = search("王小明").people[0].pk
    ErasedKey.objects.create(pk=key)
    one = ask(client, without_refusing=None)
    assert str(key) not in [row["customer_key"] for row in as_rows(written(one))]
    assert one.erased == 1
    page = client.get(reverse("audiences:customers"), {"where": ""}).content.decode()
    assert f"Customer {key}<" not in page


def test_names_are_for_who_may_see_people(taken: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    assert client.user is not None
    assert not client.user.may("people.read")
    page = client.get(reverse("audiences:export")).content.decode()
    assert 'name="named"' not in page
    rows = as_rows(written(ask(client, named="on")))
    assert "name" not in rows[0]


def test_every_export_is_in_the_audit(taken: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    one = ask(client, where="orders >= 2")
    assert Job.objects.filter(kind="audiences.export", payload={"export": one.pk}).exists()
    address = reverse("audiences:exported", args=[one.pk])
    assert "being written" in client.get(address).content.decode()
    written(one)
    page = client.get(address).content.decode()
    assert "1 customer is in the file" in page
    answer = client.post(reverse("audiences:file", args=[one.pk]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith("\ufeffcustomer_key".encode())
    entries = AuditEntry.objects.filter(subject_kind="export").order_by("id")
    assert [e.action for e in entries] == [
        "audiences.export_asked", "audiences.exported", "audiences.export_fetched",
    ]  # fmt: skip
    asked, done, _fetched = entries
    assert asked.after["condition"] == "orders >= 2"  # type: ignore[index]
    assert done.after["customers"] == 1  # type: ignore[index]
    assert {e.user_id for e in entries} == {client.user.pk}  # type: ignore[union-attr]


def test_an_export_is_for_who_asked_alone(taken: Any, as_role: Callable[[str], Client]) -> None:
    one = ask(as_role("marketer"))
    written(one)
    other = as_role("administrator")
    assert other.get(reverse("audiences:exported", args=[one.pk])).status_code == 404
    assert other.post(reverse("audiences:file", args=[one.pk])).status_code == 404


def test_files_go_when_somebody_is_erased_or_when_they_are_old(
    taken: Any, as_role: Callable[[str], Client], django_capture_on_commit_callbacks: Any
) -> None:
    client = as_role("marketer")
    one = ask(client)
    path = written(one)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        upkeep.forget(customer_keys=[1])
    assert not path.exists()
    assert (
        "not there any more"
        in client.get(reverse("audiences:exported", args=[one.pk])).content.decode()
    )
    two = ask(client)
    path = written(two)
    upkeep.tidy(None)
    assert path.exists()
    Export.objects.filter(pk=two.pk).update(asked_at="2020-01-01T00:00:00Z")
    of_gone = DATA.value / "audiences" / "1998-01-01-v1-gone.json"
    of_gone.write_text("{}", encoding="utf-8")
    of_kept = of_gone.with_name(f"{taken.id}.json")
    assert upkeep.tidy(None) == {"removed": 1, "catalogues": 1}
    assert not path.exists()
    assert (of_gone.exists(), of_kept.exists()) == (False, True)


def test_a_long_export_goes_page_by_page(
    taken: Any, as_role: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "ROWS", 2)
    one = ask(as_role("marketer"))
    assert len(as_rows(written(one))) == taken.rows


def test_an_id_of_the_shop_is_a_name_too(taken: Any, as_role: Callable[[str], Client]) -> None:
    """Who may not see people any more does not get a file that holds their ids alone."""
    client = as_role("administrator")
    export = ask(client)
    written(export)
    Export.objects.filter(pk=export.pk).update(columns=["orders", "external_id"])
    assert client.user is not None
    client.user.role = "analyst"
    client.user.save()
    assert client.post(reverse("audiences:file", args=[export.pk])).status_code == 404


def test_a_file_that_is_written_meanwhile_goes_when_somebody_is_erased(
    taken: Any,
    as_role: Callable[[str], Client],
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whom to leave out was asked before: the file can have their row."""
    export = ask(as_role("administrator"))
    real = exporting.left_out

    def erased_after(**kwargs: Any) -> Any:
        found = real(**kwargs)
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            upkeep.forget(customer_keys=[1])
        return found

    monkeypatch.setattr(exporting, "left_out", erased_after)
    assert not written(export).exists()


def test_a_column_is_in_a_file_once(taken: Any, as_role: Callable[[str], Client]) -> None:
    export = ask(as_role("administrator"), columns=["orders", "orders", "last_day"])
    assert export.columns == ["orders", "last_day"]
