"""Customers whose names are scripts and formulas, on every page and in every download.

They come in by an import, as they would; the pages and operations are walked from the URL table.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from regulars_server.api import rates
from regulars_server.api.main import API
from regulars_server.api.openapi import operations as described
from regulars_server.audiences import services as audiences
from regulars_server.audiences.catalogue import newest
from regulars_server.care import services as care
from regulars_server.people import consents, index
from regulars_server.people.search import search
from regulars_server.strategies import workbooks
from server import shop as shops
from server.addresses import pages
from server.imports.conftest import waiting_import
from server.people import Client, actor, make_user

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = "<script>alert('planted')</script>"
IMAGE = '"><img src=x onerror="planted()">'
FORMULA = '=HYPERLINK("http://planted.example","planted")'
HOSTILE = (SCRIPT, IMAGE, FORMULA, "@SUM(planted)", "+planted", "{{ planted|safe }}",
           "</title><svg onload=planted()>", "javascript:planted()")  # fmt: skip
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
# What the browser would run, were it not written as text.
LIVE = re.compile(
    r"<script>alert|<img src=x|<svg onload|onerror=\"planted|href=[\"']?javascript:", re.IGNORECASE
)


@pytest.fixture
def places(db: None, tmp_path: Path, settings: Any) -> dict[str, Any]:
    """A workspace of such people, with a case and a consent of each: what addresses can name."""
    ids = [f"=planted-{n}" for n in range(len(HOSTILE))]
    people = [
        (ids[n], name, f"1391234{n:04d}", f"h{n}@mail.cn", name, "")
        for n, name in enumerate(HOSTILE)
    ]
    ws = shops.make(tmp_path / "shop", [*shops.PEOPLE[:2], *people])
    orders = tmp_path / "orders.csv"
    bought = [f"h{n},{one},2026-02-0{n + 1},10.00" for n, one in enumerate(ids)]
    orders.write_text("\n".join(["order_id,customer_id,day,amount", *bought]), encoding="utf-8")
    ws.import_facts("orders", orders)
    settings.REGULARS_WORKSPACE = ws.settings.root
    index.refresh()
    rates.forget_all()
    ws.analyse()
    user = make_user("administrator", name=SCRIPT)
    who = actor(user)
    case = job = None
    for n, name in enumerate(HOSTILE):
        key = search(ids[n]).people[0].pk
        case, _new = care.open_case(
            actor=who, customer_key=key, message_id=f"m{n}",
            about=care.Opening(kind="other", subject=name, text=name),
        )  # fmt: skip
        consents.record_consent(
            actor=who, customer_key=key, message_id=f"c{n}",
            word=consents.Word(purpose="marketing", channel="", state="given", source=name),
        )  # fmt: skip
    from regulars_server.work.services import enqueue

    job = enqueue(actor=who, kind="work.snapshot")
    assert case is not None
    of = newest()
    assert of is not None
    audience = audiences.save(actor=who, content=audiences.Content(name=SCRIPT, note=IMAGE), of=of)
    workbook = workbooks.begin(
        actor=who, title=SCRIPT, currency="USD", values={"segment": IMAGE}, offers=()
    )
    return {"run_id": ws.runs()[-1]["id"],
            "case_id": case.pk, "customer_key": key, "job_id": job.pk, "user_id": who.user_id,
            "import_id": waiting_import(user, said=SCRIPT).pk, "name": "summary",
            "snapshot_id": "newest", "audience_id": audience.pk,
            "workbook_id": workbook.pk}  # fmt: skip


def boss() -> Client:
    return Client().sign_in(make_user("administrator", name=IMAGE))


def body_of(response: Any) -> str:
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode("utf-8", "replace")


def safe(address: str, response: Any) -> str:
    """The text of an answer, after looking for what would run in a browser or a spreadsheet."""
    text, kind = body_of(response), response.get("Content-Type", "")
    assert response.status_code < 500, address
    if kind.startswith("text/html"):
        assert not LIVE.search(text), (address, LIVE.search(text))
    elif kind.startswith("text/csv"):
        for row in csv.reader(io.StringIO(text)):
            assert not [cell for cell in row if cell.startswith(FORMULAS) and "planted" in cell]
    else:
        # Not HTML: the browser is told so, and must not guess.
        assert response["X-Content-Type-Options"] == "nosniff", address
    return text


def test_no_page_runs_what_a_customer_is_called(places: dict[str, Any]) -> None:
    client, seen = boss(), ""
    real = {name: str(value) for name, value in places.items()}
    for page in pages():
        if page.path.startswith(("/sign-out", "/api/v1/openapi.json")):
            continue
        for path in {page.path, page.path.replace("999999999", real["customer_key"]),
                     page.path.replace("999999999", real["case_id"]),
                     page.path.replace("999999999", real["import_id"]),
                     page.path.replace("999999999", real["job_id"]),
                     page.path.replace("999999999", real["audience_id"]),
                     page.path.replace("999999999", real["workbook_id"]),
                     page.path.replace("999999999", real["user_id"])}:  # fmt: skip
            seen += safe(path, client.get(path))
            safe(path, client.get(path, HTTP_HX_REQUEST="true"))
    for typed in ("<script", '">', "=HYP", "@SUM", "1391234"):
        seen += safe(f"/people/?q={typed}", client.get("/people/", {"q": typed}))
    # They were there, as text.
    assert "&lt;script&gt;alert(" in seen
    assert "HYPERLINK" in seen


def test_no_operation_runs_what_a_customer_is_called(places: dict[str, Any]) -> None:
    client, seen = boss(), ""
    schema = json.loads(json.dumps(API.get_openapi_schema(), default=str))
    for path, method, _operation in described(schema):
        if method == "get":
            filled = re.sub(r"{(\w+)}", lambda found: str(places[found[1]]), path)
            asked = {"q": "139"} if path.endswith("/customers") else {}
            for query in (asked, {**asked, "format": "csv"}):
                if query and "{name}" not in path and query != asked:
                    continue
                response = client.get(filled, query)
                while response.status_code == 202:
                    response = client.get(filled, query)
                seen += safe(filled, response)
    assert "'=planted-1" in seen  # in the CSV of an analysis, made harmless
    assert '"=planted-1"' in seen  # in JSON as it is


def test_no_download_runs_what_a_customer_is_called(places: dict[str, Any]) -> None:
    client = boss()
    found = client.post(f"/people/{places['customer_key']}/export/")
    assert found["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(found.content)) as packed:
        assert len(packed.namelist()) > 1
        for name in packed.namelist():
            text = packed.read(name).decode()
            if name.endswith(".html"):
                assert not LIVE.search(text), name
            elif name.endswith(".csv"):
                for row in csv.reader(io.StringIO(text)):
                    assert not [cell for cell in row if cell.startswith(FORMULAS)], name
    name = "summary"
    response = client.get(f"/api/v1/analyses/{name}", {"format": "csv"})
    while response.status_code == 202:
        response = client.get(f"/api/v1/analyses/{name}", {"format": "csv"})
    assert "'=planted" in safe(name, response)
