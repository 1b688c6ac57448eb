"""The page as a whole: it loads nothing, says what is unknown, shows its numbers as tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from regulars.declare import Language, Text
from regulars.report import ReportContext, build_report
from regulars.report.style import policy, style_sheet
from regulars.result import Note, Result
from report import shops

Shop = tuple[Callable[[], dict[str, Result]], Callable[[], ReportContext]]
SHOPS: dict[str, Shop] = {
    "grocery": (shops.grocery, shops.grocery_context),
    "shrinking": (shops.shrinking, shops.shrinking_context),
    "empty": (shops.empty, shops.empty_context),
}
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.fixture(scope="session")
def pages() -> dict[tuple[str, Language], str]:
    return {
        (name, lang): build_report(answers(), context(), lang)
        for name, (answers, context) in SHOPS.items()
        for lang in LANGUAGES
    }


class Page(HTMLParser):
    """What a browser would see: tags with attributes, text outside style, ids, open tags."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


ALL_PAGES = [(name, lang) for name in SHOPS for lang in LANGUAGES]


@pytest.mark.parametrize(("name", "lang"), ALL_PAGES)
def test_page_loads_nothing_and_runs_nothing(
    pages: dict[tuple[str, Language], str], name: str, lang: Language
) -> None:
    page = Page(pages[name, lang])
    used = {tag for tag, _ in page.tags}
    assert not used & {"script", "link", "img", "iframe", "object", "embed", "image", "use", "form"}
    for tag, attributes in page.tags:
        for attribute, value in attributes.items():
            assert not attribute.startswith("on"), (tag, attribute)
            assert attribute != "style", "the policy would refuse an inline style"
            assert attribute not in ("src", "srcset", "xlink:href", "data", "action")
            if attribute == "href":
                assert value is not None
                assert value.startswith("#")
            else:
                assert "://" not in (value or "")
    assert "url(" not in pages[name, lang]
    assert "@import" not in pages[name, lang]
    assert "http://" not in pages[name, lang]
    assert "https://" not in pages[name, lang]


@pytest.mark.parametrize(("name", "lang"), ALL_PAGES)
def test_policy_allows_the_one_style_sheet_only(
    pages: dict[tuple[str, Language], str], name: str, lang: Language
) -> None:
    page = pages[name, lang]
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.S)
    assert style == style_sheet()
    metas = Page(page).all("meta")
    (given,) = [m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy"]
    assert given == policy(style)
    assert given is not None
    assert given.startswith("default-src 'none'")
    assert "unsafe" not in given


@pytest.mark.parametrize(("name", "lang"), ALL_PAGES)
def test_page_is_sound_for_screen_readers(
    pages: dict[tuple[str, Language], str], name: str, lang: Language
) -> None:
    page = Page(pages[name, lang])
    assert not page.unbalanced
    (html,) = page.all("html")
    assert html["lang"] == {"en": "en", "zh": "zh-Hans"}[lang]
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.all(landmark)) == 1
    assert len(page.all("h1")) == 1
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        assert link["href"] is not None
        assert link["href"].removeprefix("#") in ids
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(cell.get("scope") in ("row", "col") for cell in page.all("th"))
    for picture in (d for d in page.all("div") if d.get("class") == "picture"):
        assert picture["role"] == "img"
        assert picture["aria-label"]
    assert all(svg["aria-hidden"] == "true" for svg in page.all("svg"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_comes_in_two_widths_with_a_table(
    pages: dict[tuple[str, Language], str], lang: Language
) -> None:
    for name in ("grocery", "shrinking"):
        page = Page(pages[name, lang])
        widths = [svg.get("class") for svg in page.all("svg")]
        assert widths == ["wide", "narrow"] * len(page.all("figcaption"))
        assert len(page.all("figure")) == len(page.all("figcaption")) >= 10
        for block in re.split(r"<section id=", pages[name, lang])[1:]:
            if "<svg" in block:
                assert "<table" in block


def test_an_empty_workspace_says_unknown_with_reasons_and_never_zero(
    pages: dict[tuple[str, Language], str],
) -> None:
    english, chinese = Page(pages["empty", "en"]).text, Page(pages["empty", "zh"]).text
    assert "What changed cannot be told yet" in english
    assert "暂时无法判断销售额的变化" in chinese
    assert "Unknown: no live order in the facts." in english
    assert "未知：事实中没有有效订单。" in chinese
    assert "this was not analysed" in english
    for text in (english, chinese):
        digits = re.findall(r"\d[\d,.]*", text)
        assert set(digits) <= {"20", "0.1.0", "80", "95"}, digits
    assert "<svg" not in pages["empty", "en"]


def test_an_unknown_number_in_a_table_is_a_dash_with_its_reason(
    pages: dict[tuple[str, Language], str],
) -> None:
    page = pages["shrinking", "zh"]
    row = re.search(r'<th scope="row">没有明细的订单</th>(.*?)</tr>', page, re.S)
    assert row is not None
    assert "未知：尚未导入 order_lines。" in row[1]
    assert '<span aria-hidden="true">–</span>' in row[1]
    assert "0" not in re.sub("<[^>]*>", "", row[1])


def test_prices_are_unknown_and_not_nothing_without_lines(
    pages: dict[tuple[str, Language], str],
) -> None:
    assert "价格的影响未知" in Page(pages["shrinking", "zh"]).text
    assert "What prices did is not known" in Page(pages["shrinking", "en"]).text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_notes_of_an_answer_stand_in_its_section(
    pages: dict[tuple[str, Language], str], lang: Language
) -> None:
    section = pages["grocery", lang].split('<section id="cohorts"')[1].split("</section>")[0]
    assert shops.FIRST_SEEN.say(lang) in section


def test_what_is_a_demonstration_is_said_to_be_one(
    pages: dict[tuple[str, Language], str],
) -> None:
    assert "calls the data simulated" in Page(pages["grocery", "en"]).text
    assert "称数据为模拟" in Page(pages["grocery", "zh"]).text


HOSTILE = '<script>alert("x")</script>&\'{name}{0}"onload=\'x'


def hostile_answers() -> dict[str, Result]:
    answers = shops.grocery()
    rows = answers["cohorts"].rows
    for row in rows:
        row["cohort"] = HOSTILE if row["cohort"] == "2017-03" else row["cohort"]
    note = Note("hostile", Text("{who}", "{who}"), {"who": HOSTILE})
    answers["cohorts"] = shops.result(
        "cohorts", rows, parameters={"period": "month", "salt": HOSTILE}, notes=(note,)
    )
    quality = [{"check": HOSTILE, "rows": 1, "share": None}]
    answers["quality"] = shops.result("quality", quality)
    del answers["causes"]
    return answers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_text_is_shown_and_never_run(lang: Language) -> None:
    context = replace(
        shops.grocery_context(),
        workspace=HOSTILE,
        zone=HOSTILE,
        data_notice=(Text(HOSTILE, HOSTILE),),
        failures={"causes": HOSTILE},
    )
    page = build_report(hostile_answers(), context, lang)
    assert "<script" not in page
    seen = Page(page)
    assert not seen.unbalanced
    assert not [t for t, a in seen.tags if t == "script" or any(k.startswith("on") for k in a)]
    assert seen.text.count(HOSTILE) >= 7


def test_every_number_of_a_picture_stands_in_a_table(
    pages: dict[tuple[str, Language], str],
) -> None:
    """Each amount, count and share that is drawn is written out exactly in some cell."""
    page = pages["grocery", "en"]
    cells = set(re.findall(r">([^<>]+)</span>", page))
    answers = shops.grocery()
    # These are listed, not drawn, and not in every column.
    for name in answers.keys() - {"goods", "profile_value", "value_totals"}:
        for row in answers[name].rows:
            for column, value in row.items():
                if column.endswith("_minor") and column != "aov_minor" and value is not None:
                    signed = name in ("bridge", "causes")
                    sign = "−" if value < 0 else "+" if signed and value else ""
                    # Estimates stand in whole units: their cents would be false digits.
                    exact = {f"{sign}{abs(value) / 100:,.2f}"}
                    exact |= {f"{value / 100:,.0f}"} if name.startswith("value_") else set()
                    if name != "groups_trend":
                        assert exact & cells, (name, column, value)
                elif column == "customers" and value is not None:
                    assert f"{value:,}" in cells, (name, value)
                elif column.endswith("share") and value is not None:
                    assert f"{value * 100:.1f}%" in cells, (name, column, value)
