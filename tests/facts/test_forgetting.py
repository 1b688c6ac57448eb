"""A forgotten person is in no byte of the workspace, and does not come back."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import duckdb
import pytest

from facts.shops import Shop
from regulars.errors import FactsError, ImportRefused
from regulars.facts import Lake

ID = "ZQ-PLANTED-4711"
OTHER_ID = "loyalty-PLANTED-0815"
NAME = "Quirinius Plantagenet-Żółw"
OLD_NAME = "Quirinia Vorname-Alt"
PHONE = "+49 30 5550 8877"
EMAIL = "quirinius.planted@example.org"
ADDRESS = "Planted Lane 77, 北京市植入路"
PLANTED = (ID, OTHER_ID, NAME, OLD_NAME, PHONE, EMAIL, ADDRESS)

PEOPLE = (
    "customer_id,name,phone,email,address,birth_date,region,card_note\n"
    f'{ID},{{name}},{PHONE},{EMAIL},"{ADDRESS}",1980-02-03,North,{EMAIL}\n'
    "C2,Ann Other,123456,ann@example.org,Some Street 1,1990-01-01,South,none\n"
)


def leftovers(folder: Path) -> dict[str, list[str]]:
    """Every planted word found in names and bytes of files, and in decompressed columns."""
    found: dict[str, list[str]] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        text = path.read_bytes()
        texts = [text, str(path).encode()]
        if path.suffix == ".parquet":
            with duckdb.connect() as con:
                place = f"read_parquet('{path}')"
                rows = con.execute(f"SELECT CAST(to_json(t) AS VARCHAR) FROM {place} t").fetchall()
                meta = con.execute(f"SELECT * FROM parquet_metadata('{path}')").fetchall()
            texts += ["\n".join(row[0] for row in rows).encode(), repr(meta).encode()]
        for word in PLANTED:
            forms = (word.encode(), word.encode("gb18030"), word.encode("utf-16-le"))
            if any(form in t or form.lower() in t.lower() for t in texts for form in forms):
                found.setdefault(word, []).append(path.name)
    return found


def plant(shop: Shop) -> None:
    """The person in every table, in corrections, in rejects of good and of refused imports."""
    mapping, _ = shop.lake.guess("customers", shop.file(PEOPLE.format(name=OLD_NAME)))
    from dataclasses import replace

    mapping = replace(mapping, attributes=True)
    shop.take("customers", PEOPLE.format(name=OLD_NAME), mapping=mapping)
    shop.take("customers", PEOPLE.format(name=NAME), mapping=mapping)
    shop.take("identities", f"external_id,same_as\n{OTHER_ID},{ID}\n")
    shop.take(
        "orders",
        "order_id,customer_id,day,amount\n"
        f"1,{ID},2024-01-01,10\n2,C2,2024-01-02,20\n3,{OTHER_ID},2024-01-03,5\n",
    )
    shop.take("order_lines", "order_id,line,amount\n1,1,10\n2,1,20\n")
    shop.take("memberships", f"programme,customer_id,card\nclub,{ID},{ID}-card\n")
    shop.take("assignments", f"experiment,customer_id,arm\nx,{ID},test\nx,C2,control\n")
    shop.take(
        "orders",
        "order_id,customer_id,day,amount,note\n"
        f"7,{ID},never,10,{NAME}\n8,C2,never,1,ring {PHONE}\n9,C2,2024-01-01,1,x\n"
        f"10,C2,too,many,fields,here,{ID},{EMAIL}\n",
        reject_limit=1.0,
    )
    with pytest.raises(ImportRefused):
        shop.take("orders", f"order_id,customer_id,day,amount,note\n7,{ID},no,1,{EMAIL}\n")


@pytest.mark.parametrize("purge", [False, True])
def test_no_byte_of_the_workspace_names_a_forgotten_person(shop: Shop, *, purge: bool) -> None:
    plant(shop)
    assert set(leftovers(shop.lake.root)) == set(PLANTED)
    report = shop.lake.forget(ID, purge=purge)
    assert report.found
    assert leftovers(shop.lake.root) == {}
    assert shop.column("identities", "external_id") == ["C2"]
    assert shop.column("people", "name") == ["Ann Other"]


def test_what_a_forgotten_person_did_still_counts(shop: Shop) -> None:
    plant(shop)
    before = shop.rows("orders", "order_id, customer_key, amount_minor")
    shop.lake.forget(ID)
    assert shop.rows("orders", "order_id, customer_key, amount_minor") == before
    assert shop.rows("customers", "region, attributes IS NULL") == [
        ("North", True),
        ("South", False),
    ]


def test_purging_removes_what_the_person_did(shop: Shop) -> None:
    plant(shop)
    shop.lake.forget(OTHER_ID, purge=True)
    assert shop.column("orders", "order_id") == ["2", "9"]
    assert shop.column("order_lines", "order_id") == ["2"]
    assert shop.column("assignments", "arm") == ["control"]
    assert shop.column("customers", "region") == ["South"]


def test_a_forgotten_person_does_not_come_back_by_import(shop: Shop) -> None:
    plant(shop)
    shop.lake.forget(ID)
    again = shop.take(
        "customers",
        PEOPLE.format(name=NAME).replace("South", "West") + f"{ID},x,1,2,3,not a day,4,5\n",
    )
    assert {(c.code, c.rows) for c in again.rejected} == {("forgotten", 2)}
    orders = shop.take(
        "orders",
        f"order_id,customer_id,day,amount,note\n11,{ID},2024-01-09,1,{NAME}\n12,C2,2024-01-09,1,\n"
        f"13,{ID},2024-01-09,1,{NAME},{PHONE}\n",
        reject_limit=0.5,
    )
    assert {(c.code, c.rows) for c in orders.rejected} == {
        ("forgotten", 1),
        ("too_many_fields", 1),
    }
    assert leftovers(shop.lake.root) == {}
    assert all(row["raw"] is None for row in shop.lake.rejects(orders.import_id))


def test_rows_of_the_forgotten_do_not_refuse_an_import(shop: Shop) -> None:
    shop.take("orders", "order_id,customer_id,day,amount\n1,A,2024-01-01,1\n2,B,2024-01-01,1\n")
    shop.lake.forget("A")
    report = shop.take("orders", "order_id,customer_id,day,amount\n3,A,2024-01-02,1\n")
    assert report.new == 0
    assert report.rejected_rows == 1


def test_a_key_is_never_given_twice_even_after_forgetting(shop: Shop) -> None:
    head = "order_id,customer_id,day,amount\n"
    shop.take("orders", head + "1,A,2024-01-01,1\n2,B,2024-01-01,1\n")
    shop.lake.forget("B")
    shop.take("orders", head + "3,C,2024-01-02,1\n")
    assert shop.rows("identities", "external_id, customer_key") == [("A", 1), ("C", 3)]


def test_somebody_never_seen_can_be_forgotten_in_advance(shop: Shop) -> None:
    assert not shop.lake.forget("NOBODY").found
    report = shop.take("orders", "order_id,customer_id,day,amount\n1,NOBODY,2024-01-01,1\n")
    assert [c.code for c in report.rejected] == ["forgotten"]


def test_older_versions_say_what_was_purged(shop: Shop) -> None:
    plant(shop)
    first = shop.lake.version(4)
    assert first.purged == ()
    shop.lake.forget(ID)
    old = shop.lake.version(4)
    assert {"identities", "people"} <= set(old.purged)
    assert shop.lake.files("identities", 4) == shop.lake.files("identities")
    assert len(shop.lake.files("orders", 4)) == 1
    shop.lake.forget("C2", purge=True)
    with pytest.raises(FactsError, match="gone"):
        shop.lake.files("orders", 4)


def test_forgetting_twice_and_importing_after_works(shop: Shop) -> None:
    plant(shop)
    shop.lake.forget(ID)
    assert not shop.lake.forget(ID).found
    shop.take("customers", "customer_id,name\nC3,New One\n")
    assert shop.column("people", "name") == ["Ann Other", "New One"]
    shop.lake.forget("C3")
    shop.lake.forget("C2")
    assert shop.rows("people") == []


def test_a_forgetting_that_was_killed_is_finished_by_the_next_writer(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(shop)
    from regulars.facts import delta

    steps = 0

    def killed(_path: Path) -> int:
        nonlocal steps
        steps += 1
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delta, "purge_past", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.lake.forget(ID)
    assert steps == 1
    assert leftovers(shop.lake.root)
    shop.take("stores", "store\nS1\n")
    assert leftovers(shop.lake.root) == {}


def test_the_secret_of_the_hashes_is_readable_by_the_owner_only(shop: Shop) -> None:
    shop.lake.forget("A")
    mode = stat.S_IMODE(os.stat(shop.lake.folder / "secret.key").st_mode)
    assert mode == 0o600


def test_the_log_and_footers_of_people_hold_no_names_even_before(shop: Shop) -> None:
    shop.take("customers", PEOPLE.format(name=NAME))
    for table in ("people", "identities"):
        folder = shop.lake.folder / table
        for entry in (folder / "_delta_log").iterdir():
            assert not any(word.encode() in entry.read_bytes() for word in PLANTED)
        for file in Lake.files(shop.lake, table):
            with duckdb.connect() as con:
                meta = con.execute(
                    "SELECT path_in_schema FROM parquet_metadata(?) "
                    "WHERE stats_min_value IS NOT NULL",
                    [file],
                ).fetchall()
            assert {row[0] for row in meta} == {"customer_key"}
