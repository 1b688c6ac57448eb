"""`regulars import`: the mapping is shown before it is used, and kept."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest


def test_the_mapping_is_shown_taken_and_saved(regulars, shop: Path) -> None:
    orders = shop.parent / "orders.csv"
    ran = regulars("import", "orders", orders, "-w", shop, "--yes")
    assert ran.code == 0, ran.err
    assert "customer_id" in ran.err
    assert "member" in ran.err
    assert "6 new" in ran.out
    kept = tomllib.loads((shop / "regulars.toml").read_text())["mappings"]["orders"]["shop"]
    assert kept["columns"]["customer_id"] == "member"


def test_the_same_files_again_change_nothing_and_ask_nothing(regulars, shop: Path) -> None:
    orders = shop.parent / "orders.csv"
    regulars("import", "orders", orders, "-w", shop, "--yes")
    again = regulars("import", "orders", orders, "-w", shop)
    assert again.code == 0, again.err
    assert "nothing changed" in again.out
    assert "How orders is read" not in again.err


def test_a_column_can_be_named(regulars, shop: Path) -> None:
    odd = shop.parent / "odd.csv"
    odd.write_text("a,b,c,d\n1,anna,2025-01-06,5.00\n", encoding="utf-8")
    named = [f"--mapping={pair}" for pair in
             ("order_id=a", "customer_id=b", "day=c", "amount=d")]  # fmt: skip
    ran = regulars("import", "orders", odd, "-w", shop, *named)
    assert ran.code == 0, ran.err
    assert "1 new" in ran.out


@pytest.mark.parametrize(
    ("pair", "word"), [("amount", "FIELD=COLUMN"), ("price=total", "price"), ("amount=sum", "sum")]
)
def test_a_wrong_mapping_is_said_in_words(regulars, shop: Path, pair: str, word: str) -> None:
    ran = regulars("import", "orders", shop.parent / "orders.csv", "-w", shop, "-m", pair, "--yes")
    assert ran.code in (1, 2)
    assert word in ran.err
    assert "Traceback" not in ran.err


def test_withdrawn_orders_no_longer_count(regulars, shop: Path) -> None:
    orders = shop.parent / "orders.csv"
    regulars("import", "orders", orders, "-w", shop, "--yes")
    gone = shop.parent / "gone.csv"
    gone.write_text("order_no,member,order date,total\n5,dora,2025-03-01,100.00\n")
    ran = regulars("import", "orders", gone, "-w", shop, "--void", "--yes")
    assert ran.code == 0, ran.err
    assert "1 rows are withdrawn" in ran.out
    facts = regulars("facts", "-w", shop)
    (line,) = (line for line in facts.out.splitlines() if line.startswith("orders"))
    assert line.split()[1:3] == ["5", "1"]


def test_too_many_rejects_refuse_the_import_whole(regulars, shop: Path) -> None:
    bad = shop.parent / "bad.csv"
    bad.write_text("order_no,member,order date,total\n1,anna,2025-01-06,5\n2,ben,never,5\n")
    ran = regulars("import", "orders", bad, "-w", shop, "--yes")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert "No facts yet." in regulars("facts", "-w", shop).out


def test_an_unknown_table_suggests_the_nearest(regulars, shop: Path) -> None:
    ran = regulars("import", "order", shop.parent / "orders.csv", "-w", shop, "--yes")
    assert ran.code == 2
    assert "'orders'" in ran.err


def test_what_the_user_said_leaves_the_saved_mapping_otherwise_alone(regulars, shop: Path) -> None:
    orders = shop.parent / "orders.csv"
    regulars("import", "orders", orders, "-w", shop, "--yes", "-m", "order_id=order_no")
    other = shop.parent / "other.csv"
    other.write_text("order_no,member,order date,sum\n9,anna,2025-04-01,7.00\n")
    ran = regulars("import", "orders", other, "-w", shop, "--yes", "-m", "amount=sum")
    assert ran.code == 0, ran.err
    assert "1 new" in ran.out


def test_orders_are_withdrawn_by_their_numbers_alone(regulars, shop: Path) -> None:
    regulars("import", "orders", shop.parent / "orders.csv", "-w", shop, "--yes")
    saved = (shop / "regulars.toml").read_text()
    gone = shop.parent / "gone.csv"
    gone.write_text("order_no\n5\n")
    ran = regulars("import", "orders", gone, "-w", shop, "--void")
    assert ran.code == 0, ran.err
    assert "1 rows are withdrawn" in ran.out
    other = shop.parent / "other.csv"
    other.write_text("cancelled_no\n4\n")
    assert regulars("import", "orders", other, "-w", shop, "--void").code == 1
    ran = regulars("import", "orders", other, "-w", shop, "--void", "-m", "order_id=cancelled_no")
    assert ran.code == 0, ran.err
    assert "1 rows are withdrawn" in ran.out
    assert (shop / "regulars.toml").read_text() == saved


def test_a_source_without_a_name_is_refused(regulars, shop: Path) -> None:
    ran = regulars("import", "orders", shop.parent / "orders.csv", "-w", shop, "--source", "", "-y")
    assert ran.code == 2
    assert "needs a name" in ran.err


def test_an_import_that_waits_for_another_says_so(
    regulars, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from regulars.facts import lock

    def busy(handle: int, how: int) -> None:
        if how & lock.fcntl.LOCK_NB:
            raise BlockingIOError

    (shop / "facts").mkdir()
    (shop / "facts" / ".lock").write_text("import of products (process 17)")
    monkeypatch.setattr(lock.fcntl, "flock", busy)
    ran = regulars("import", "orders", shop.parent / "orders.csv", "-w", shop, "--yes")
    assert ran.code == 0, ran.err
    assert "Waiting for another writer to end: import of products (process 17)." in ran.err


def test_names_in_a_file_do_not_steer_the_terminal(regulars, shop: Path) -> None:
    odd = shop.parent / "odd.csv"
    odd.write_text("order_no,member,order date,\x1b[31mtotal\x07\n1,a,2025-01-01,x\n")
    ran = regulars("import", "orders", odd, "-w", shop, "--yes", "-m", "amount=sum")
    assert ran.code != 0
    assert "total" in ran.err
    assert not {"\x1b", "\x07"} & set(ran.err)


def test_an_old_file_again_says_that_corrections_stand(regulars, shop: Path) -> None:
    orders = shop.parent / "orders.csv"
    regulars("import", "orders", orders, "-w", shop, "--yes")
    (shop.parent / "gone.csv").write_text("order_no\n5\n")
    regulars("import", "orders", shop.parent / "gone.csv", "-w", shop, "--void")
    again = regulars("import", "orders", orders, "-w", shop)
    assert "nothing changed" in again.out
    assert "later imports changed or withdrew 1 rows" in again.out


def test_days_that_may_be_read_both_ways_need_a_word(regulars, shop: Path) -> None:
    odd = shop.parent / "odd.csv"
    odd.write_text("order_no,member,order date,total\n9,anna,03/04/2025,7.00\n")
    ran = regulars("import", "orders", odd, "-w", shop, "--yes")
    assert ran.code == 1
    assert "odd.csv, line 2, column 'order date': 03/04/2025" in ran.err
    assert "--date-order dmy" in ran.err
    ran = regulars("import", "orders", odd, "-w", shop, "--yes", "--date-order", "dmy")
    assert ran.code == 0, ran.err
    assert "days such as 03/04/2026: the day first" in ran.err
    assert "1 new" in ran.out
    assert "2025-04-03" in regulars("facts", "-w", shop).out


def test_a_pattern_is_one_import_also_from_python(regulars, shop: Path) -> None:
    import regulars as rg

    for n in (1, 2):
        (shop.parent / f"part-{n}.csv").write_text(
            f"order_no,member,order date,total\n{n},anna,2025-04-0{n},7.00\n"
        )
    pattern = str(shop.parent / "part-*.csv")
    ran = regulars("import", "orders", pattern, "-w", shop, "--yes")
    assert ran.code == 0, ran.err
    assert "2 new" in ran.out
    assert rg.open(shop).import_facts("orders", pattern).no_op
    ran = regulars("import", "orders", shop.parent, "-w", shop, "--yes")
    assert ran.code == 1
    assert "is a folder" in ran.err


def test_rejects_are_listed_with_file_line_and_reason(regulars, shop: Path) -> None:
    bad = shop.parent / "bad.csv"
    bad.write_text(
        "order_no,member,order date,total\n1,anna,2025-01-06,5\n2,=cmd(),never,5\n3,b,x,\x1b[31m\n"
    )
    ran = regulars("import", "orders", bad, "-w", shop, "--yes", "--reject-limit", "0.9")
    assert ran.code == 0, ran.err
    assert "bad.csv:3" in ran.out
    import_id = ran.out.split("regulars rejects ")[1].split()[0]
    listed = regulars("rejects", "-w", shop)
    assert listed.out == regulars("rejects", import_id, "-w", shop).out
    first, second = listed.out.splitlines()[-2:]
    assert first.split()[:2] == ["bad.csv", "3"]
    assert "is no day" in first
    assert second.split()[:2] == ["bad.csv", "4"]
    assert "\x1b" not in listed.out
    target = shop.parent / "rejects.csv"
    assert regulars("rejects", "-w", shop, "--format", "csv", "--output", target).code == 0
    head, row, *_ = target.read_text().splitlines()
    assert head == "file,line,column,reason,row"
    assert row.startswith("bad.csv,3,day,is no day such as")


def test_there_may_be_no_rejects(regulars, shop: Path) -> None:
    ran = regulars("rejects", "-w", shop)
    assert ran.code == 2
    assert "No import in this workspace has rejected rows." in ran.err


def test_again_applies_files_once_more(regulars, shop: Path) -> None:
    orders = shop.parent / "orders.csv"
    regulars("import", "orders", orders, "-w", shop, "--yes")
    (shop.parent / "gone.csv").write_text("order_no\n5\n")
    regulars("import", "orders", shop.parent / "gone.csv", "-w", shop, "--void")
    assert "--again" in regulars("import", "orders", orders, "-w", shop).out
    again = regulars("import", "orders", orders, "-w", shop, "--again")
    assert "1 changed, 5 unchanged" in again.out


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [("currency", "USD", "source_currency"), ("kind", "refund", "kind")],
)
def test_a_saved_mapping_passes_over_no_column_that_decides(
    regulars, shop: Path, column: str, value: str, field: str
) -> None:
    regulars("import", "orders", shop.parent / "orders.csv", "-w", shop, "--yes")
    later = shop.parent / "later.csv"
    later.write_text(
        f"order_no,member,order date,total,{column}\n90,anna,2025-03-02,5.00,{value}\n"
    )
    ran = regulars("import", "orders", later, "-w", shop, "--yes")
    assert ran.code == 1
    assert f"--mapping {field}={column}" in ran.err
    assert "Nothing was changed" in ran.err
    left = regulars("import", "orders", later, "-w", shop, "--yes", "-m", f"{field}=")
    assert (left.code, "1 new" in left.out) == (0, True), left.err
    again = later.with_name("again.csv")
    again.write_text(later.read_text().replace("90,", "91,"))
    assert "1 new" in regulars("import", "orders", again, "-w", shop).out  # as said once
    read = regulars("import", "orders", later, "-w", shop, "--yes", "-m", f"{field}={column}",
                    "--reject-limit", "1")  # fmt: skip
    assert read.code == 0, read.err
    kept = tomllib.loads((shop / "regulars.toml").read_text())["mappings"]["orders"]["shop"]
    assert (kept["columns"][field], "left_out" in kept) == (column, False)


def test_a_saved_mapping_says_what_else_it_passes_over(regulars, shop: Path) -> None:
    regulars("import", "orders", shop.parent / "orders.csv", "-w", shop, "--yes")
    later = shop.parent / "later.csv"
    later.write_text("order_no,member,order date,total,store,mood\n90,anna,2025-03-02,5,s1,good\n")
    ran = regulars("import", "orders", later, "-w", shop)
    assert (ran.code, "--mapping store=store" in ran.out) == (0, True), ran.err
    assert "mood" not in ran.out
    unknown = regulars("import", "orders", later, "-w", shop, "-m", "stoer=")
    assert (unknown.code, "stoer" in unknown.err) == (2, True)
