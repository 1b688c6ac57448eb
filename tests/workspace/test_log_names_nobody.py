"""Whatever somebody types as a parameter, the log of runs does not keep it as they typed it."""

from __future__ import annotations

import pytest

import regulars as rg
from regulars import runs
from regulars.errors import RegularsError

ID, NAME = "ZQ-PLANTED-31415926535", "王小明 O'Planted"


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> rg.Workspace:
    root = tmp_path_factory.mktemp("log") / "shop"
    ws = rg.init(root, zone="Asia/Shanghai", currency="CNY")
    file = root.parent / "orders.csv"
    rows = [f"o{n},{ID if n % 2 else 'C-2'},2026-0{1 + n % 6}-05,10" for n in range(12)]
    file.write_text("\n".join(["order_id,customer_id,day,amount", *rows]))
    ws.import_facts("orders", file)
    file.unlink()
    ws.forget(ID)
    return ws


def tries() -> list[tuple[str, str]]:
    """An analysis for every parameter that there is, by name and kind."""
    found: dict[tuple[str, str], str] = {}
    for analysis in rg.catalogue():
        for parameter in analysis.parameters:
            found.setdefault((parameter.name, parameter.kind), analysis.name)
    return [(analysis, parameter) for (parameter, _kind), analysis in found.items()]


def test_what_is_typed_after_an_erasure_leaves_no_trace(ws: rg.Workspace) -> None:
    """An id or a name in any parameter, as the name of one, as a customer, as what to answer by."""
    went_well = 0
    for text in (ID, NAME, f"shop:{ID}"):
        asked = [(a, {p: text}) for a, p in tries()]
        asked += [("groups", {text: "1"}), ("groups", {"by": text})]
        asked += [("summary", {"customer": text})]
        for analysis, given in asked:
            try:
                ws.show(analysis, **given)
                went_well += 1
            except RegularsError:
                continue
    assert went_well, "some parameters may be any text"
    log = "\n".join(path.read_text("utf-8") for path in runs.files(ws.settings.root))
    for planted in ("PLANTED", "Planted", "王小明", "31415926535"):
        assert planted not in log, log[max(0, log.index(planted) - 400) :][:600]


def test_the_log_still_says_what_was_wrong(ws: rg.Workspace) -> None:
    for given, said in (
        ({"as_of": "soon"}, "ParameterError: as_of: '…' is not a day; write it as 2026-11-22"),
        ({"window_days": "-5"}, "ParameterError: window_days is at least 1, not …"),
        ({"window_days": 0}, "ParameterError: window_days is at least 1, not 0"),
    ):
        with pytest.raises(RegularsError):
            ws.show("groups", **given)
        assert ws.runs()[-1]["error"] == said
    assert ws.runs()[-1]["parameters"] == {"window_days": 0}


def test_what_was_read_is_kept_and_the_usual_text_too(ws: rg.Workspace) -> None:
    ws.show("rfm", as_of="2026-06-30")
    kept = ws.runs()[-1]["parameters"]
    assert kept["as_of"] == "2026-06-30"
    assert kept["salt"] == "regulars"
    ws.show("rfm", salt="mine")
    last = ws.runs()[-1]
    assert last["parameters"]["salt"] == runs.HIDDEN
    assert "mine" not in "".join(last["sql"])
