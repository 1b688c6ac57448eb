"""What cannot be is refused in words, with file, line, column and key; never with a traceback."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.written import G1, plan
from regulars.errors import ParameterError, RegularsError
from regulars.plans import EXAMPLES, PlanError, example, example_text, read
from regulars.plans.document import MOST_BYTES, parse

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"

CASES = {
    "a rate in per cent": (G1.replace("0.08", "8"), 10, "interest", "8% is written 0.08"),
    "a rate with its sign": (G1.replace("0.08", "8%"), 10, "interest", "8% is written 0.08"),
    "a rate out of range in one year": (
        G1.replace("0.60, 0.70", "0.60, 70"), 4, "retention[2]", "70% is written 0.7"),
    "a negative price": (G1.replace("[90, 95", "[90, -95"), 6, "aov[2]", "-95 is under 0"),
    "a missing year": (G1.replace("2.5, 3", "2.5"), 5, "orders", "2 values for 3 periods"),
    "nobody": (G1.replace("100_000", "0"), 3, "customers", "0 is not over 0"),
    "an unknown key": (G1 + "retenton: 0.5\n", 12, "retenton", "did you mean retention?"),
    "a wrong type": (G1.replace("55", "many"), 8, "acquisition_cost", "a number is wanted"),
    "a number in quotes": (G1.replace("55", "'55'"), 8, "acquisition_cost", "a number is wanted"),
    "a list where one is wanted": (G1.replace("55", "[55]"), 8, "acquisition_cost", "not a list"),
    "a mapping where a number is wanted": (
        G1.replace("55", "{a: 1}"), 8, "acquisition_cost", "not a mapping"),
    "a missing key": (G1.replace("aov:", "#aov:"), 1, "aov", "aov is missing"),
    "a key without a value": (G1.replace("55", ""), 8, "acquisition_cost", "has no value"),
    "a key twice": (G1 + "interest: 0.1\n", 12, "interest", "given twice; first on line 10"),
    "thousands with commas": (
        G1.replace("100_000", "100,000"), 3, "customers", "100,000 is written 100000"),
    "a currency that is none": (G1.replace("USD", "dollars"), 2, "currency", "ISO 4217"),
    "not a number": (G1.replace("55", ".nan"), 8, "acquisition_cost", "a number is wanted"),
    "more digits than money has": (G1.replace("55", "5" * 40), 8, "acquisition_cost", "digits"),
    "an exponent out of the world": (
        G1.replace("55", "1e999"), 8, "acquisition_cost", "digits"),
    "a whole number that is none": (G1 + "periods: 2.5\n", 12, "periods", "no whole number"),
    "too many periods": (G1 + "periods: 100000\n", 12, "periods", "over 120"),
    "a delay of ages": (
        G1 + "payment_delay_days: 100000\n", 12, "payment_delay_days", "over 36525"),
    "decimals beyond sense": (
        G1 + "discount_decimals: 99999\n", 12, "discount_decimals", "over 20"),
    "a kind that is none": (G1.replace("kind: table", "kind: tabel"), 1, "kind", "none of table"),
    "anchors and aliases": (BOMB, 1, "", "anchors"),
    "a tag": ("kind: !!python/object/apply:os.system ['true']\n", 1, "", "tags"),
    "no mapping": ("- kind\n- table\n", 1, "", "a plan is a mapping"),
    "one word": ("table\n", 1, "", "a plan is a mapping"),
    "nothing": ("", 1, "", "empty"),
    "a second document": (G1 + "---\nkind: table\n", 12, "", "second document"),
    "a list that is not closed": ("kind: [table\n", 2, "", "no YAML"),
    "a tabulator": ("kind: table\n\tcurrency: USD\n", 2, "", "no YAML"),
    "a key that is a list": ("? [a, b]\n: 1\n", 1, "", "a key is one word"),
    "a control character": ("kind: \x07table\n", 1, "", "no character of YAML"),
    "nested deep": ("kind: " + "[" * 5000, 1, "", "nested over"),
    "an error of something that is no input": (
        G1 + "errors: {retension: 0.02}\n", 12, "errors.retension", "did you mean retention?"),
    "an error under 0": (G1 + "errors: {retention: -1}\n", 12, "errors.retention", "under 0"),
    "a level that is none": (G1 + "level: 95\n", 12, "level", "not between"),
    "mixed currencies": (
        G1 + "scenarios:\n  b: {currency: EUR}\n", 13, "scenarios.b", "USD beside EUR"),
    "a scenario of other length": (
        G1 + "scenarios:\n  b: {periods: 2}\n", 13, "scenarios.b", "3 beside 2"),
    "a scenario's rate": (
        G1 + "scenarios:\n  b:\n    retention: [0.6, 7]\n", 14, "scenarios.b.retention[2]",
        "over 1"),
    "no scenario": (G1 + "scenarios: {}\n", 12, "scenarios", "at least one"),
    "facts without a workspace": (
        G1.replace("[0.60, 0.70]", "{from: orders}"), 4, "retention.from", "workspace"),
    "more renewed than were due": (
        G1.replace("[0.60, 0.70]", "{renewed: [9, 9], due: [9, 5]}"), 4, "retention.renewed[2]",
        "9 of 5 due"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "path", "said"), CASES.values(), ids=CASES)
def test_the_field_and_the_place_are_named(
    text: str, line: int, path: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(PlanError) as caught:
        plan(tmp_path, text)
    error = caught.value
    assert said in str(error)
    assert error.place.line == line
    assert error.place.column >= 1
    assert error.place.path == path
    assert f"plan.yaml, line {line}, column" in str(error)


KIND_CASES = {
    "no consent": ("magazine", "  consent:\n", "  consents:\n", "card.consent", "missing"),
    "no notice": ("magazine", "notice_days: 30", "", "card.notice_days", "missing"),
    "notice of no day": ("magazine", "notice_days: 30", "notice_days: 0", "card.notice_days", "1"),
    "no way to stop": ("magazine", "  cancel:", "  #", "card.cancel", "missing"),
    "a card's rate": ("magazine", "card_retention: 0.70", "card_retention: 70",
                      "contracts.one-year.card_retention", "between 0 and 1"),
    "a share in per cent": ("magazine", "share: 0.50", "share: 50", "card.share",
                              "between 0 and 1"),
    "a card that brings money": ("magazine", "renewal_cost: 1\n", "renewal_cost: -1\n",
                                 "card.renewal_cost", "-1 is under 0"),
    "a fee under 0": ("magazine", "fee_rate: 0.025", "fee_rate: -1", "card.fee_rate", "under 0"),
    "letters that bring money": ("magazine", "renewal_cost: 8", "renewal_cost: -8",
                                 "renewal_cost", "-8 is under 0"),
    "charged on nobody": ("magazine", "charged_on: renewed", "charged_on: all", "charged_on",
                          "renewed, expiring"),
    "own share of nothing": ("magazine", "own_share: 0.25", "own_share: 0", "own_share", "over 0"),
    "a response over 1": ("renewal-letters", "0.06", "6", "response[2]", "between 0 and 1"),
    "response of unknown origin": ("renewal-letters", "measured:", "#", "measured", "missing"),
    "a negative cost": ("renewal-letters", "cost: 0.50", "cost: -0.5", "cost", "under 0"),
    "more back than expired": ("lapse-and-rejoin", "rejoined: 120", "rejoined: 900", "renewed",
                               "of 1000 expired"),
    "half a reader": ("lapse-and-rejoin", "expired: 1000", "expired: 10.5", "expired", "whole"),
    "retention over 1": ("five-points", "change: 0.05", "change: 0.5", "change", "between 0 and 1"),
    "half a ratio": ("five-points", "retention_spend: 20", "#", "acquisition_cost", "together"),
    "a ceiling over 1": ("acquisition-or-retention", "ceiling: 0.40", "ceiling: 40",
                         "acquisition.ceiling", "up to 1"),
    "a KPI that rewards nothing": ("acquisition-or-retention", "rewards: retention",
                                   "rewards: nobody", "kpis[4].rewards", "acquisition"),
    "a negative spend": ("acquisition-or-retention", "spend: 60", "spend: -60",
                         "acquisition.spend", "under 0"),
    "buyers without contact": ("direct-response", "contacts: 1500", "contacts: 2",
                               "sources.campus.contacts", "20 buyers of 2"),
    "a loyalty in per cent": ("two-levers", "loyalty: 0.95", "loyalty: 95",
                              "segments.utility.loyalty", "between 0 and 1"),
    "a chance over 1": ("scarce-hours", "chance: 0.5", "chance: 5", "leads.second.chance",
                        "between"),
    "no hours": ("scarce-hours", "hours: 4", "hours: 0", "leads.third.hours", "over 0"),
    "hours under 0": ("scarce-hours", "hours: 3", "hours: -3", "hours", "under 0"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "path", "said"), KIND_CASES.values(), ids=KIND_CASES
)
def test_every_kind_names_its_field_and_place(
    name: str, old: str, new: str, path: str, said: str, tmp_path: Path
) -> None:
    text = example_text(name)
    assert old in text
    with pytest.raises(PlanError) as caught:
        plan(tmp_path, text.replace(old, new, 1))
    assert said in str(caught.value)
    assert caught.value.place.path == path


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_example_takes_a_key_that_it_does_not_know(name: str, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="no such key") as caught:
        plan(tmp_path, example_text(name) + "zzz: 1\n")
    assert caught.value.place.path == "zzz"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50 * MOST_BYTES)
    begun = time.perf_counter()
    with pytest.raises(ParameterError, match=r"over 1,000,000 bytes"):
        read(path)
    assert time.perf_counter() - begun < 1


def test_a_bomb_of_many_values_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="more than 50,000 values"):
        plan(tmp_path, "kind: [" + "1," * 60_000 + "]\n")


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes("kind: table\ntitle: 杂志".encode("gb18030"))
    with pytest.raises(PlanError, match="not UTF-8") as caught:
        read(path)
    assert caught.value.place.line == 2


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="There is no file"):
        read(tmp_path / "none.yaml")
    with pytest.raises(ParameterError, match="There is no file"):
        read(tmp_path)
    with pytest.raises(ParameterError, match="there are hughes-251a"):
        example("none")


def refused(attempt: Callable[[], object], *, or_else: str) -> str:
    """What the refusal says; `or_else` where there was none. Any other error goes through."""
    try:
        attempt()
    except RegularsError as error:
        return str(error)
    return or_else


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_whatever_the_bytes_are_the_error_is_in_words(data: bytes) -> None:
    assert "x.yaml" in refused(lambda: parse(data, "x.yaml"), or_else="x.yaml")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_plan_with_one_value_changed_is_read_or_refused_in_words(data: st.DataObject) -> None:
    from regulars.plans.reading import _read

    lines = example_text(data.draw(st.sampled_from(sorted(EXAMPLES)))).splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    values = ["", "0", "-1", "1e400", "[]", "{}", "[1, x]", "~", "yes", "'", "5%", "{a: {b: c}}"]
    key, colon, _ = lines[at].partition(":")
    lines[at] = f"{key}{colon} {data.draw(st.sampled_from(values))}"
    text = "\n".join(lines).encode()
    words = refused(lambda: _read(parse(text, "x.yaml"), None).answer("en"), or_else="x.yaml, line")
    assert "x.yaml, line" in words
