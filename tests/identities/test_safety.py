"""Matching killed, matching twice at once, and people who are forgotten after all this."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from identities.conftest import Shops, fill_channels
from regulars.facts import delta, versions
from regulars.facts.lock import one_writer

PLANTED = ("ZQ-PLANTED-17", "ZQ-PLANTED-u9", "Quirinius Plantagenet", "136 2233 4455",
           "planted@shop.cn")  # fmt: skip


def plant(shops: Shops) -> None:
    """One person under two ids, merged, parted, rejected, reviewed and merged again."""
    head = "customer_id,name,phone,email,birth_date\n"
    shops.take("customers", head + f"{PLANTED[0]},{PLANTED[2]},{PLANTED[3]},,1980-01-01\n", "call")
    shops.take("customers", head + f"{PLANTED[1]},,{PLANTED[3]},Planted@Shop.cn,\n", "web")
    shops.take("customers", head + "C2,Ann,136 2233 4466,,1990-01-01\n", "web")
    shops.take("customers", head + f"C3,Bo,{PLANTED[3]},planted@shop.cn,1999-01-01\n", "web")
    shops.take("customers", head + "C4,Cy,136 2233 4466,,1999-02-03\n", "web")
    shops.take("orders", f"order_id,customer_id,day,amount\n1,{PLANTED[1]},2025-01-01,5\n", "web")
    identities = shops.ws.identities
    identities.merge(PLANTED[0], PLANTED[1])
    identities.unmerge(PLANTED[1])
    identities.merge(PLANTED[0], "C3")
    identities.unmerge("C3")
    identities.merge(PLANTED[0], PLANTED[1])
    identities.match(apply=True)
    shops.take("customers", head + "C3,Bo,136 2233 4477,bo@shop.cn,1999-01-01\n", "web")


def found(root: Path) -> set[str]:
    import duckdb

    words = set()
    for path in (p for p in root.rglob("*") if p.is_file()):
        text = path.read_bytes() + str(path).encode()
        if path.suffix == ".parquet":
            with duckdb.connect() as con:
                rows = con.execute(f"SELECT to_json(t)::VARCHAR FROM '{path}' t").fetchall()
            text += "\n".join(row[0] for row in rows).encode()
        words |= {word for word in PLANTED if word.lower().encode() in text.lower()}
    return words


def test_forgetting_a_merged_person_forgets_all_records_and_what_was_decided(
    shops: Shops,
) -> None:
    plant(shops)
    assert found(shops.ws.settings.root) == set(PLANTED)
    gone = shops.rows(
        "identities", "customer_key", f"external_id IN ('{PLANTED[0]}', '{PLANTED[1]}')"
    )
    mine = [row[0] for row in gone]
    assert shops.rows("merges", where=f"customer_key IN {tuple(mine)}")
    assert shops.ws.forget(PLANTED[1], source="web").found
    assert found(shops.ws.settings.root) == set()
    for table, columns in (
        ("merges", "customer_key, merged_from, merged_into"),
        ("match_pairs", "customer_key, other_key"),
        ("identities", "customer_key"),
        ("people", "customer_key"),
    ):
        left = {key for row in shops.rows(table, columns) for key in row}
        assert not left & set(mine), table
    # What was decided of others stays: C2 and C4 are still on the list.
    assert [(p.left["id"], p.right["id"]) for p in shops.ws.identities.review()] == [
        ("web:C2", "web:C4")
    ]


def test_old_files_of_journal_and_list_go_with_the_person(shops: Shops) -> None:
    plant(shops)
    shops.ws.forget(PLANTED[0], source="call")
    for table in ("merges", "match_pairs"):
        folder = shops.ws.lake.folder / table
        current = shops.ws.lake.current()
        assert current is not None
        kept = set(delta.files(folder, current.tables[table]))
        assert {str(path) for path in folder.glob("*.parquet")} == kept


def test_every_id_of_a_forgotten_customer_stays_forgotten(shops: Shops) -> None:
    plant(shops)
    shops.ws.forget(PLANTED[1], source="web")
    for place, source in ((0, "call"), (1, "web")):
        path = shops.root / "again.csv"
        path.write_text(f"customer_id,name\n{PLANTED[place]},{PLANTED[2]}\nC9,New\n")
        report = shops.ws.import_facts("customers", path, source=source, reject_limit=1.0)
        assert [c.code for c in report.rejected] == ["forgotten"]
    assert found(shops.ws.settings.root) == set()


def test_a_matching_killed_before_publication_leaves_nothing(
    three_channels: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = three_channels.rows("identities")
    version = three_channels.ws.lake.current()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    from regulars.identities import journal

    with monkeypatch.context() as patch:
        patch.setattr(journal, "publish", killed)
        with pytest.raises(KeyboardInterrupt):
            three_channels.ws.identities.match(apply=True)
    assert three_channels.ws.lake.current() == version
    assert three_channels.rows("identities") == before
    assert three_channels.ws.identities.match(apply=True).merged == 2
    assert len(three_channels.rows("merges")) == 2


KILLED = """
import os, sys, signal
import regulars as rg
from regulars.facts import delta
written = delta.write
left = int(sys.argv[2])
def write(*a, **k):
    global left
    version = written(*a, **k)
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return version
delta.write = write
rg.open(sys.argv[1]).identities.match(apply=True)
"""


@pytest.mark.parametrize("after", [1, 2])
def test_kill_9_between_two_tables_is_mended_by_the_next_writer(
    three_channels: Shops, after: int
) -> None:
    before = three_channels.rows("identities")
    root = str(three_channels.ws.settings.root)
    done = subprocess.run([sys.executable, "-c", KILLED, root, str(after)], check=False)
    assert done.returncode == -9
    assert three_channels.rows("identities") == before
    assert three_channels.rows("merges") == []
    report = three_channels.ws.identities.match(apply=True)
    assert report.merged == 2
    assert len(three_channels.rows("merges")) == 2


def test_two_matchings_at_once_take_turns(three_channels: Shops) -> None:
    """While another writer holds the lock a matching waits; then it finds everything done."""
    lake = three_channels.ws.lake
    waited: list[str] = []
    held, finish = threading.Event(), threading.Event()

    def other() -> None:
        with one_writer(lake.folder / ".lock", "matching customers"):
            held.set()
            finish.wait(10)

    def waiting(holder: str) -> None:
        waited.append(holder)
        finish.set()

    thread = threading.Thread(target=other)
    thread.start()
    assert held.wait(10)
    report = three_channels.ws.identities.match(apply=True, waiting=waiting)
    thread.join()
    assert report.merged == 2
    assert "matching customers" in waited[0]
    results = []
    both = [
        threading.Thread(
            target=lambda: results.append(three_channels.ws.identities.match(apply=True).merged)
        )
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert results == [0, 0]


def test_older_facts_versions_still_know_their_customers(three_channels: Shops) -> None:
    before = three_channels.ws.lake.current()
    assert before is not None
    three_channels.ws.identities.match(apply=True)
    lake = three_channels.ws.lake
    assert lake.files("identities", before) != lake.files("identities")
    assert versions.numbers(lake.folder / "versions")[-1] == before.number + 1


def test_an_import_after_matching_knows_the_same_customer(three_channels: Shops) -> None:
    three_channels.ws.identities.match(apply=True)
    owners = three_channels.owners
    head = "order_id,customer_id,day,amount\n"
    three_channels.take("orders", head + "4,M3,2025-06-05,40\n", "store")
    three_channels.take("customers", "customer_id,name\nM3,Wang W.\n", "store")
    assert three_channels.owners == owners
    table = three_channels.ws.show("summary", as_of="2025-07-01").to_pandas()
    assert (len(table), int(table["orders"].sum())) == (1, 4)


def test_the_order_of_imports_decides_who_stays_and_nothing_else(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
    first, second = Shops(one), Shops(other)
    fill_channels(first)
    head = "order_id,customer_id,day,amount\n"
    second.take("orders", head + "3,M3,2025-06-04,30\n", "store")
    second.take("customers", "customer_id,name,email\nM3,Wang Wei, wang.wei@shop.cn \n", "store")
    fill_channels(second)
    answers = []
    for shops in (first, second):
        shops.ws.identities.match(apply=True)
        table = shops.ws.show("summary", as_of="2025-07-01").to_pandas()
        answers.append(table.drop(columns="customer_key").to_dict("records"))
    assert len(answers[0]) == 1
    assert [{k: str(v) for k, v in row.items() if k != "external_id"} for row in answers[0]] == [
        {k: str(v) for k, v in row.items() if k != "external_id"} for row in answers[1]
    ]
    assert second.owners == {"call:17": "store:M3", "portal:u9": "store:M3"}


def test_what_does_not_fit_in_memory_stays_in_the_workspace(
    shops: Shops, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Names that a matching or a review spills never land in the folder that it is called from."""
    plant(shops)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    lake = shops.ws.lake
    lake.memory_limit = "60MB"
    with lake.reading() as (con, _):
        con.execute("SET threads = 1").fetchall()
        con.execute(
            "CREATE TABLE much AS SELECT range, hash(range)::VARCHAR AS s FROM range(2_000_000)"
        ).fetchall()
        assert list(elsewhere.iterdir()) == []
        assert list((lake.root / "scratch").glob("duckdb_temp*"))
    assert list((lake.root / "scratch").iterdir()) == []


SPILLS = """
import os, signal, sys
import regulars as rg
lake = rg.open(sys.argv[1]).lake
lake.memory_limit = "60MB"
with lake.reading() as (con, _):
    con.execute("SET threads = 1").fetchall()
    con.execute(
        "CREATE TABLE much AS SELECT hash(range)::VARCHAR || sys AS s "
        "FROM range(2_000_000), (SELECT 'ZQ-PLANTED-17' AS sys)"
    ).fetchall()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_matching_spilled_goes_with_the_forgotten(shops: Shops) -> None:
    plant(shops)
    root = shops.ws.settings.root
    done = subprocess.run([sys.executable, "-c", SPILLS, str(root)], check=False)
    assert done.returncode == -9
    assert sum(path.stat().st_size for path in (root / "scratch").iterdir()) > 10**6
    with shops.ws.lake.held():  # somebody reads: what is there may be theirs
        shops.ws.forget("C2", source="web")
        assert list((root / "scratch").iterdir())
    shops.ws.forget(PLANTED[0], source="call")
    assert list((root / "scratch").iterdir()) == []
    assert found(root) == set()
