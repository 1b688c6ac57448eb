"""From a workspace to a file: the named analyses are asked, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import regulars
from regulars.errors import EngineError, MissingExtra, ParameterError
from regulars.report import svg, write_report
from regulars.report.write import ANALYSES
from report import shops


class Asked:
    """Stands in for a workspace: answers from the made-up grocery and remembers questions."""

    def __init__(self, **failing: Exception) -> None:
        self.settings = SimpleNamespace(
            name="Corner shop", currency="USD", exponent=2, zone="America/New_York"
        )
        self.questions: dict[str, dict[str, Any]] = {}
        self.failing = failing

    def show(self, name: str, **parameters: Any) -> Any:
        self.questions[name] = parameters
        if name in self.failing:
            raise self.failing[name]
        return shops.grocery()[name]

    def show_together(self, names: Sequence[str], **parameters: Any) -> dict[str, Any]:
        return {name: self.show(name, **parameters) for name in names}


def test_every_analysis_of_the_report_is_asked_once(tmp_path: Path) -> None:
    asked = Asked()
    written = write_report(asked, tmp_path, lang="en")  # type: ignore[arg-type]
    assert written == tmp_path / "report.html"
    assert tuple(asked.questions) == ANALYSES
    assert "Corner shop" in written.read_text("utf-8")
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_parameters_go_to_the_analyses_that_take_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regulars.report.write.build_report", lambda *_: "a page")
    asked = Asked()
    write_report(
        asked,  # type: ignore[arg-type]
        tmp_path / "r.html",
        period="quarter",
        after="2017-07-02..2017-12-31",
        window_days=None,
    )
    assert asked.questions["cohorts"] == {"as_of": dt.date(2017, 12, 31), "period": "quarter"}
    assert asked.questions["quality"] == {"as_of": dt.date(2017, 12, 31)}
    assert asked.questions["bridge"]["after"] == "2017-07-02..2017-12-31"


def test_a_parameter_that_nothing_takes_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no analysis of the report takes windowdays"):
        write_report(Asked(), tmp_path, windowdays=3)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_one_failed_analysis_leaves_a_worded_gap(tmp_path: Path) -> None:
    failing = Asked(concentration=EngineError("the disk is full\nselect secret from t"))
    page = write_report(failing, tmp_path).read_text("utf-8")  # type: ignore[arg-type]
    assert "How much hangs on how few: not known yet" in page
    assert "the disk is full" in page
    assert "select secret" not in page


def test_a_missing_extra_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    with pytest.raises(MissingExtra, match=r"pip install 'regulars\[report\]'"):
        svg.draw({}, css_class="wide")


def test_cleaning_drops_what_could_run_or_fetch() -> None:
    hostile = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' width="9" onload="x()"><script>x()</script><a xlink:href="//x"><text>hi</text></a>'
        '<text font-family="f" style="x" fill="url(#a)">&lt;b&gt;</text><path d="M0,0"/></svg>'
    )
    assert svg.clean(hostile, css_class="wide") == (
        '<svg width="9" class="wide" aria-hidden="true" focusable="false">'
        "<g><text>hi</text></g><text>&lt;b&gt;</text></svg>"
    )


@pytest.mark.parametrize(
    "leads", ["//x", "/\\x", "https://x/", "javascript:x()", "data:text/html,x", "x", "/a b", ""]
)
def test_a_mark_leads_nowhere_but_to_this_server(leads: str) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<a xlink:href="{}" onclick="x()"><text>hi</text></a></svg>'
    )
    assert "<g><text>hi</text></g>" in svg.clean(drawing.format(leads), css_class="wide")
    assert '<g data-opens="/audiences/?a=1"' in svg.clean(
        drawing.format("/audiences/?a=1"), css_class="wide"
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "What changed cannot be told yet"),
        (["o1,c1,2026-01-05 10:00:00,1200"], "Revenue rose (+¥1,200)"),
        (["o1,c1,2026-01-05 10:00:00,1200", "o2,c2,2026-03-05 10:00:00,0"], "Revenue fell 100%"),
    ],
)
def test_a_nearly_empty_workspace_has_a_report(tmp_path: Path, rows: list[str], said: str) -> None:
    from regulars import workspace

    ws = workspace.init(tmp_path / "shop", zone="Asia/Tokyo", currency="JPY")
    if rows:
        file = tmp_path / "orders.csv"
        file.write_text("order_id,customer_id,occurred_at,amount\n" + "\n".join(rows) + "\n")
        ws.import_facts("orders", [file])
    page = write_report(ws, tmp_path / "report.html").read_text("utf-8")
    title = page.split("<title>")[1].split("</title>")[0]
    assert said in title
    assert regulars.__version__ in page
