"""Conditions: what is accepted means what an evaluator of its own says; the rest has its place."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.conditions import (
    Field,
    Kind,
    Refused,
    can_be_unknown,
    from_clicks,
    negation,
    parse,
    say,
    sql,
    to_clicks,
    write,
)
from regulars.conditions.tokens import DEEPEST
from regulars.declare import Column, Text
from regulars.words import named

AS_OF = dt.date(2026, 1, 1)
TYPES = {"a": "BIGINT", "b": "DOUBLE", "code": "VARCHAR", "day": "DATE", "due": "DATE",
         "vip": "BOOLEAN"}  # fmt: skip
KINDS = {"a": Kind.NUMBER, "b": Kind.NUMBER, "code": Kind.TEXT, "day": Kind.DATE,
         "due": Kind.DATE, "vip": Kind.FLAG}  # fmt: skip
FIELDS = {name: Field(name, kind) for name, kind in KINDS.items()}
CODES = ("x", "y", "it's", "", "-- no", "{source}")


def declared(name: str, kind: Any, unit: Any = None) -> Field:
    column = named(Column(name=name, type=kind, meaning=Text(name, name), unit=unit))
    return Field(name, Kind.NUMBER if kind == "DOUBLE" else Kind.TEXT, column)


# An evaluator of its own: text and value of each expression are made together.

Pair = tuple[str, Any]  # the text, and a function of the row


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return f"date '{value}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def _reckon(operator: str, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if operator == "/":
        return None if right == 0 else float(left) / float(right)
    left, right = float(left), float(right)
    return {"+": left + right, "-": left - right, "*": left * right}[operator]


def _finite(value: float | None) -> float | None:
    return value if value is None or math.isfinite(value) else None


NUMBERS = st.one_of(st.integers(-50, 50), st.sampled_from([0.5, 1e6, -2.25, 10**12]))
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2027, 1, 1))


def numbers() -> st.SearchStrategy[Pair]:
    leaves = st.one_of(
        st.sampled_from([("a", lambda r: r["a"]), ("b", lambda r: r["b"])]),
        NUMBERS.map(lambda v: (_literal(v), lambda _r, v=v: v)),
        st.just(("(day - due)", lambda r: _days(r["day"], r["due"]))),
    )

    def combine(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
        return st.tuples(st.sampled_from("+-*/"), inner, inner).map(
            lambda t: (
                f"({t[1][0]} {t[0]} {t[2][0]})",
                lambda r: _reckon(t[0], t[1][1](r), t[2][1](r)),
            )
        )

    return st.recursive(leaves, combine, max_leaves=4).map(
        lambda p: (p[0], lambda r: _finite(p[1](r)))
    )


def _days(later: dt.date | None, earlier: dt.date | None) -> int | None:
    return None if later is None or earlier is None else (later - earlier).days


def days() -> st.SearchStrategy[Pair]:
    plain = st.one_of(
        st.sampled_from([("day", lambda r: r["day"]), ("due", lambda r: r["due"]),
                         ("as_of", lambda _r: AS_OF)]),
        DAYS.map(lambda v: (_literal(v), lambda _r: v)),
        DAYS.map(lambda v: (f"'{v}'", lambda _r: v)),
    )  # fmt: skip
    moved = st.tuples(st.sampled_from(["day", "due", "as_of"]), st.integers(-400, 400)).map(
        lambda t: (
            f"{t[0]} {'-' if t[1] < 0 else '+'} {abs(t[1])}",
            lambda r: _moved(AS_OF if t[0] == "as_of" else r[t[0]], t[1]),
        )
    )
    return st.one_of(plain, moved)


def _moved(day: dt.date | None, by: int) -> dt.date | None:
    return None if day is None else day + dt.timedelta(days=by)


def _compared(operator: str, left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    return {
        "=": left == right, "<>": left != right, "<": left < right, "<=": left <= right,
        ">": left > right, ">=": left >= right,
    }[operator]  # fmt: skip


ORDERED = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def _comparison(operands: st.SearchStrategy[Pair], operators: Any) -> st.SearchStrategy[Pair]:
    return (
        st.tuples(operators, operands, operands)
        .filter(
            # Two texts beside each other are texts, not days.
            lambda t: not (t[1][0].startswith("'20") and t[2][0].startswith("'20"))
        )
        .map(
            lambda t: (
                f"{t[1][0]} {t[0]} {t[2][0]}",
                lambda r: _compared(t[0], t[1][1](r), t[2][1](r)),
            )
        )
    )


def conditions() -> st.SearchStrategy[Pair]:
    texts = st.one_of(
        st.just(("code", lambda r: r["code"])),
        st.sampled_from(CODES).map(lambda v: (_literal(v), lambda _r: v)),
    )
    among = st.tuples(st.lists(st.sampled_from(CODES), min_size=1, max_size=3), st.booleans()).map(
        lambda t: (
            f"code {'not ' if t[1] else ''}in ({', '.join(map(_literal, t[0]))})",
            lambda r: None if r["code"] is None else (r["code"] in t[0]) is not t[1],
        )
    )
    between = st.tuples(numbers(), NUMBERS, NUMBERS, st.booleans()).map(
        lambda t: (
            f"{t[0][0]} {'not ' if t[3] else ''}between {_literal(t[1])} and {_literal(t[2])}",
            lambda r: None if t[0][1](r) is None else (t[1] <= t[0][1](r) <= t[2]) is not t[3],
        )
    )
    unknown = st.tuples(st.one_of(numbers(), days().filter(lambda p: "'" not in p[0]), texts),
                        st.booleans()).filter(lambda t: not t[0][0].startswith("'")).map(
        lambda t: (
            f"{t[0][0]} is {'not ' if t[1] else ''}null",
            lambda r: (t[0][1](r) is None) is not t[1],
        )
    )  # fmt: skip
    flags = st.sampled_from(
        [("vip", lambda r: r["vip"]), ("vip = false", lambda r: _compared("=", r["vip"], False))]
    )
    leaves = st.one_of(
        _comparison(numbers(), ORDERED), _comparison(days(), ORDERED),
        _comparison(texts, st.sampled_from(["=", "<>"])), among, between, unknown, flags,
    )  # fmt: skip
    return st.recursive(leaves, _joined, max_leaves=6)


def _joined(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    both = st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(
        lambda t: (
            f"({t[1][0]}) {t[0]} ({t[2][0]})",
            lambda r: _joint(t[0], t[1][1](r), t[2][1](r)),
        )
    )
    negated = inner.map(
        lambda p: (f"not ({p[0]})", lambda r: None if p[1](r) is None else not p[1](r))
    )
    held = inner.map(lambda p: (f"({p[0]}) is not true", lambda r: p[1](r) is not True))
    return st.one_of(both, negated, held)


def _joint(word: str, left: bool | None, right: bool | None) -> bool | None:
    decisive = word == "or"
    if left is decisive or right is decisive:
        return decisive
    return None if left is None or right is None else not decisive


ROWS = st.lists(
    st.fixed_dictionaries({
        "a": st.one_of(st.none(), st.integers(-60, 60)),
        "b": st.one_of(st.none(), st.sampled_from([0.0, -1.5, 0.5, 1e300, 49.0])),
        "code": st.one_of(st.none(), st.sampled_from(CODES)),
        "day": st.one_of(st.none(), DAYS),
        "due": st.one_of(st.none(), DAYS),
        "vip": st.one_of(st.none(), st.booleans()),
    }),
    min_size=1, max_size=4,
)  # fmt: skip
CON = duckdb.connect()


def asked(condition: Any, rows: list[dict[str, Any]]) -> list[bool | None]:
    names = ", ".join(f"?::{TYPES[name]}" for name in TYPES)
    listed = " UNION ALL ".join(f"SELECT {n} AS n, {names}" for n in range(len(rows)))
    heads = ", ".join(["n", *TYPES])
    values = [row[name] for row in rows for name in TYPES]
    text = f"SELECT {sql(condition, as_of=AS_OF)} FROM ({listed}) t({heads}) ORDER BY n"
    return [row[0] for row in CON.execute(text, values).fetchall()]


@settings(max_examples=100, deadline=None)
@given(conditions(), ROWS)
def test_what_is_accepted_means_what_an_independent_evaluator_says(
    pair: Pair, rows: list[dict[str, Any]]
) -> None:
    text, evaluate = pair
    condition = parse(text, FIELDS)
    assert asked(condition, rows) == [evaluate(row) for row in rows], text
    others = [value is not True for value in asked(condition, rows)]
    assert asked(negation(condition), rows) == others
    lacking = [name for name in TYPES if any(row[name] is None for row in rows)]
    if not can_be_unknown(condition, lacking):
        assert None not in asked(condition, rows), text


@settings(max_examples=100, deadline=None)
@given(conditions(), ROWS)
def test_text_clicks_and_tree_are_one(pair: Pair, rows: list[dict[str, Any]]) -> None:
    condition = parse(pair[0], FIELDS)
    assert parse(write(condition), FIELDS) == condition
    group = to_clicks(condition)
    if group is not None:
        clicked = from_clicks(group, FIELDS)
        assert asked(clicked, rows) == asked(condition, rows)
        assert to_clicks(clicked) == group
    for lang in ("en", "zh"):
        assert say(condition, FIELDS, lang)  # type: ignore[arg-type]


def test_only_what_is_unknown_or_reckoned_can_leave_somebody_between() -> None:
    for text, expected in {
        "a >= 1 and code = 'x'": False, "b > 1": True, "a / 2 > 1": True, "b is null": False,
        "not (a between 1 and a + 1)": True, "due >= as_of - 30": False, "b in (1, 2)": True,
        "(b > 1) is not true": False,
    }.items():  # fmt: skip
        assert can_be_unknown(parse(text, FIELDS), {"b"}) is expected, text


HOSTILE = (
    ("read_csv('/etc/passwd') = 'x'", "function", "read_csv"),
    ("a = (select 1)", "not_allowed", "select"),
    ("exists (select 1)", "not_allowed", "exists"),
    ("a in (select a from x)", "not_allowed", "select"),
    ("a = 1; drop table x", "not_allowed", ";"),
    ("a = 1 -- and b", "comment", "-- and b"),
    ("a /* x */ = 1", "comment", "/* x */ "),
    ("attach 'x.db'", "not_allowed", "attach"),
    ("a = 1 union select 2", "not_allowed", "union"),
    ("a::varchar = '1'", "not_allowed", "::"),
    ("cast(a as varchar) = '1'", "function", "cast"),
    ("code || 'x' = 'x'", "not_allowed", "||"),
    ("code like '%a%a%'", "not_allowed", "like"),
    ("code = $1", "not_allowed", "$"),
    ("a = ?", "not_allowed", "?"),
    ("a[1] = 1", "not_allowed", "["),
    ("x.a = 1", "unknown_column", "x"),
    ('"a""b" = 1', "unknown_column", '"a""b"'),
    ("external_id = 'C-1'", "unknown_column", "external_id"),
    ("code = e'\\x41'", "not_allowed", "e'\\x41'"),
    ("code = $$x$$", "not_allowed", "$$x$$"),
    ("code = 'x", "open_text", "'x"),
    ("a = 1 and", "unfinished", "and"),
    ("a = (1", "unfinished", "1"),
    ("a = 1)", "unreadable", ")"),
    ("a = 1 = 2", "no_value", "a = 1"),
    ("a = 1_000", "unreadable", "1_000"),
    ("a = 1e400", "number_expected", "1e400"),
    ("a = null", "null", "a = null"),
    ("a in ()", "only_values", "a"),
    ("a in (b)", "only_values", "b"),
    ("day > 5", "kinds", "day > 5"),
    ("code = 5", "kinds", "code = 5"),
    ("code > 'x'", "no_order", "code > 'x'"),
    ("day = '2026-02-30'", "no_day", "'2026-02-30'"),
    ("day < date '9999-12-31' + 9", "no_day", "'9999-12-31' + 9"),
    ("day + 1.5 > due", "no_numbers", "day + 1.5"),
    ("code + 1 = 2", "no_numbers", "code + 1"),
    ("a", "no_condition", "a"),
    ("true", "no_condition", "true"),
    ("vip is false", "unreadable", "vip is false"),
    ("code = x", "text_or_column", "x"),
    ("cod = 'x'", "like", "cod"),
    ("a = 1\u2028", "unreadable", "\u2028"),
    ("a = 1 and\x00", "unreadable", "\x00"),
    ("case when vip then 1 end = 1", "not_allowed", "case"),
    ("a is distinct from 1", "not_allowed", "distinct"),
    ("a = any(1)", "not_allowed", "any"),
    ("(a, b) = (1, 2)", "unreadable", "a, b"),
    ("row(a) = 1", "not_allowed", "row"),
    ("a -> 1 = 1", "not_allowed", "->"),
    ("a ** 2 = 1", "not_allowed", "**"),
    ("a % 2 = 1", "not_allowed", "%"),
    ("interval '1' day = 1", "not_allowed", "interval"),
    ("timestamp '2026-01-01' > day", "not_allowed", "timestamp"),
)


@pytest.mark.parametrize(("text", "code", "place"), HOSTILE)
def test_anything_else_is_refused_with_its_place(text: str, code: str, place: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(text, FIELDS)
    refused = caught.value
    assert (refused.code, text[refused.start : refused.end]) == (code, place)
    assert refused.say("zh") != refused.say("en")


def test_a_place_is_a_line_a_column_and_the_line_around_it() -> None:
    with pytest.raises(Refused) as caught:
        parse("a = 1 and\n  sleep(5) = 1 and\n b = 2", FIELDS)
    refused = caught.value
    assert (refused.line, refused.column) == (2, 3)
    assert refused.parts == ("  ", "sleep", "(5) = 1 and")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "a" + ")" * 5000,
        "(" * (DEEPEST + 1) + "a = 1" + ")" * (DEEPEST + 1),
        "not " * 400 + "vip",
        "- " * 400 + "a = 1",
        "a" + " + 1" * 300 + " = 1",
        "a=1" + " or a=1" * 150,
        "a = 1" * 3000,
        "a in (" + ", ".join(map(str, range(250))) + ")",
    ],
)
def test_length_depth_and_number_are_limited(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(text, FIELDS)
    assert caught.value.code in {"too_long", "too_many", "too_deep", "too_many_values"}


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab cod=<>'\"()+-*/;,.\\0159%$[]{}|&!?：，（）＝‘’ \n", max_size=40))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    condition, refused = read(text)
    if refused is not None:
        assert 0 <= refused.start <= max(len(text), 1)
        assert refused.say("en")
    else:
        asked(condition, [{"a": 1, "b": None, "code": "x", "day": None, "due": None, "vip": True}])


def read(text: str) -> tuple[Any, Refused | None]:
    try:
        return parse(text, FIELDS), None
    except Refused as refused:
        return None, refused


def test_signs_of_a_chinese_keyboard_are_understood() -> None:
    wide = parse("code＝‘x’ and （a＞1）", FIELDS)
    assert wide == parse("code = 'x' and (a > 1)", FIELDS)
    # Not within a text.
    assert write(parse("code = '（＝）'", FIELDS)) == "code = '（＝）'"


def test_it_is_said_in_both_languages() -> None:
    fields = {"stage": declared("stage", "VARCHAR"),
              "clv_365d_minor": declared("clv_365d_minor", "DOUBLE", "minor")}  # fmt: skip
    condition = parse("stage = 'decline' and clv_365d_minor >= 10000", fields)

    def shown(value: float, unit: str | None) -> str:
        return f"¥{value / 100:.0f}" if unit == "minor" else str(value)

    assert say(condition, fields, "en", shown) == "stage is Lapsing and clv 365d is at least ¥100"
    assert say(condition, fields, "zh", shown) == "阶段为衰退，且365天客户价值不低于¥100"
    assert say(parse("", fields), fields, "en") == "all customers"


def test_a_condition_that_uses_the_day_moves_with_the_snapshot() -> None:
    condition = parse("day between as_of - 30 and as_of", FIELDS)
    row = {"a": 1, "b": None, "code": "x", "day": dt.date(2025, 12, 15), "due": None, "vip": True}
    assert asked(condition, [row]) == [True]
    assert "2026-06-01" in sql(condition, as_of=dt.date(2026, 6, 1))


def test_a_column_that_is_a_word_of_sql_stands_in_quotes() -> None:
    fields = {"date": Field("date", Kind.DATE)}
    with pytest.raises(Refused) as caught:
        parse("date > '2026-01-01'", fields)
    assert caught.value.code == "quote_it"
    condition = parse("\"date\" > '2026-01-01'", fields)
    assert write(condition) == "\"date\" > date '2026-01-01'"
