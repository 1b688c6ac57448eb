"""Spreadsheets: the right sheet, the right header, exact values; and those that mean harm."""

from __future__ import annotations

import datetime as dt
import sys
import zipfile
from dataclasses import replace

import pytest

from facts.shops import Shop, at
from facts.workbooks import sheet_xml, write_workbook
from regulars.errors import FactsError, MissingExtra
from regulars.facts import sheets
from regulars.facts.sheets import text_of

pytest.importorskip("python_calamine")

HEAD = ["order_id", "customer_id", "occurred_at", "amount"]
ROWS = [
    [1, "甲", at(2024, 1, 31, 22), 12.34],
    [2**53 - 1, "乙", dt.date(2024, 2, 1), 1.1 * 3],
    ["A-3", "a\nb,\"c\"", at(2024, 2, 2, 9, 30), -2],
]  # fmt: skip


def test_a_sheet_is_read_as_exactly_as_it_was_stored(shop: Shop) -> None:
    path = write_workbook(shop.root / "客户.xlsx", {"Orders": [HEAD, *ROWS]})
    report = shop.take("orders", path)
    assert (report.rejected, report.warnings) == ((), ())
    assert shop.rows("orders", "order_id, occurred_at, day, amount_minor") == [
        ("1", at(2024, 2, 1, 3), dt.date(2024, 1, 31), 1234),
        ("9007199254740991", None, dt.date(2024, 2, 1), 330),
        ("A-3", at(2024, 2, 2, 14, 30), dt.date(2024, 2, 2), -200),
    ]
    assert set(shop.column("identities", "external_id")) == {"甲", "乙", 'a\nb,"c"'}
    assert shop.take("orders", path).no_op


def test_the_mapping_is_guessed_from_a_sheet(shop: Shop) -> None:
    path = write_workbook(shop.root / "o.xlsx", {"Orders": [HEAD, *ROWS]})
    mapping, header = shop.lake.guess("orders", path)
    assert header == tuple(HEAD)
    assert set(mapping.columns) == set(HEAD)


def test_the_first_sheet_that_holds_anything_is_read_and_the_others_are_named(shop: Shop) -> None:
    path = write_workbook(
        shop.root / "o.xlsx",
        {"secret": [HEAD, [7, "X", dt.date(2024, 1, 1), 1]], "blank": [], "Orders": [HEAD, ROWS[0]],
         "Returns": [HEAD, ROWS[2]]},
        hidden=["secret"],
    )  # fmt: skip
    report = shop.take("orders", path)
    assert shop.column("orders", "order_id") == ["1"]
    assert [(n.code, n.values) for n in report.warnings] == [
        ("sheet_chosen", {"file": "o.xlsx", "sheet": "Orders", "others": "Returns"})
    ]
    mapping, _ = shop.lake.guess("orders", path, sheet="Returns")
    assert shop.take("orders", path, mapping=mapping).warnings == ()
    assert shop.column("orders", "order_id") == ["1", "A-3"]
    with pytest.raises(FactsError, match="no sheet 'Orderz'; its sheets: secret, blank, Orders"):
        shop.take("orders", path, mapping=replace(mapping, sheet="Orderz"))


def test_titles_above_the_header_are_passed_over_and_rejects_have_the_sheets_row(
    shop: Shop,
) -> None:
    rows = [["Orders of January"], [], ["made by", "the till"], [], [*HEAD, None], ROWS[0], [],
            ["9", "B", "never", 1], ROWS[2]]  # fmt: skip
    path = write_workbook(shop.root / "o.xlsx", {"Orders": rows})
    report = shop.take("orders", path, reject_limit=0.5)
    assert report.read == 3
    assert [(r["line"], r["column"]) for r in shop.lake.rejects(report.import_id)] == [
        (8, "occurred_at")
    ]
    notes = {n.code: n.values for n in report.warnings}
    assert notes["header_row_found"] == {"file": "o.xlsx", "row": 5}
    mapping, _ = shop.lake.guess("orders", path, header_row=5)
    said = shop.take("orders", path, mapping=mapping, reject_limit=0.5)
    assert "header_row_found" not in {n.code for n in said.warnings}
    with pytest.raises(FactsError, match="no row 99 of 9"):
        shop.take("orders", path, mapping=replace(mapping, header_row=99))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"), (-0.0, "0"), (12.34, "12.34"), (3.3000000000000003, "3.3"), (1e22, "1e+22"),
        (0.1 + 0.2, "0.3"), (123456789012.34, "123456789012.34"), (2.0**53, "9007199254740992"),
        (True, "true"), (dt.date(2024, 2, 29), "2024-02-29"), ("", ""),
        (at(2024, 2, 29, 1, 2, 3), "2024-02-29 01:02:03"),
    ],
)  # fmt: skip
def test_cells_become_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_an_empty_workbook_and_one_without_names_are_refused(shop: Shop) -> None:
    with pytest.raises(FactsError, match=r"a\.xlsx is empty"):
        shop.take("orders", write_workbook(shop.root / "a.xlsx", {"Orders": []}))
    with pytest.raises(FactsError, match="no row of column names"):
        shop.take("orders", write_workbook(shop.root / "b.xlsx", {"Orders": [[1, 2], [3, 4]]}))


def test_a_header_only_imports_nothing(shop: Shop) -> None:
    report = shop.take("orders", write_workbook(shop.root / "a.xlsx", {"Orders": [HEAD]}))
    assert (report.read, report.new) == (0, 0)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_workbook_cut_short_is_refused_in_words(shop: Shop, share: float) -> None:
    whole = write_workbook(shop.root / "w.xlsx", {"Orders": [HEAD, *ROWS]}).read_bytes()
    with pytest.raises(FactsError, match=r"o\.xlsx cannot be read as a spreadsheet"):
        shop.take("orders", whole[: int(len(whole) * share)], "o.xlsx")


def test_a_workbook_with_a_damaged_sheet_is_refused_in_words(shop: Shop) -> None:
    path = write_workbook(shop.root / "o.xlsx", {"Orders": "<worksheet><sheetData><row"})
    with pytest.raises(FactsError, match=r"o\.xlsx.*cannot be read as a spreadsheet|is empty"):
        shop.take("orders", path)


def test_a_cell_at_the_far_corner_does_not_fill_the_memory(shop: Shop) -> None:
    """Its reader would ask for half a terabyte, and the process would end."""
    far = '<row r="1048576"><c r="XFD1048576"><v>3</v></c></row></sheetData>'
    xml = sheet_xml([HEAD]).replace("</sheetData>", far)
    path = write_workbook(shop.root / "o.xlsx", {"Orders": xml})
    with pytest.raises(FactsError, match="spans 1,048,576 rows and 16,384 columns"):
        shop.take("orders", path)


def test_cells_without_a_place_are_counted_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    xml = sheet_xml([HEAD]).replace(
        "</sheetData>", "<row><c><v>1</v></c></row>" * 100 + "</sheetData>"
    )
    path = write_workbook(shop.root / "o.xlsx", {"Orders": xml})
    monkeypatch.setattr(sheets, "MOST_CELLS", 400)
    with pytest.raises(FactsError, match="more cells than the 400"):
        shop.take("orders", path)


def test_a_bomb_in_a_workbook_is_stopped_by_its_ratio(shop: Shop) -> None:
    path = write_workbook(shop.root / "o.xlsx", {"Orders": [HEAD, *ROWS]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/sharedStrings.xml", b"<si><t>" + b"0" * (64 << 20))
    with pytest.raises(FactsError, match="zip bomb"):
        shop.take("orders", path)
    assert shop.lake.current() is None


def test_without_the_extra_it_is_said_what_to_install(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    path = write_workbook(shop.root / "o.xlsx", {"Orders": [HEAD, *ROWS]})
    with pytest.raises(MissingExtra, match=r"pip install regulars\[files\]; or save .* as CSV"):
        shop.take("orders", path)
