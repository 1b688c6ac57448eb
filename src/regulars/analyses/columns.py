"""Columns that several analyses share, and short ways to declare the rest."""

from __future__ import annotations

from regulars.declare import Column, SqlType, Text, Unit


def count(name: str, en: str, zh: str, unit: Unit = "customers") -> Column:
    return Column(name=name, type="BIGINT", unit=unit, meaning=Text(en, zh))


def money(name: str, en: str, zh: str) -> Column:
    return Column(name=name, type="BIGINT", unit="minor", meaning=Text(en, zh))


def share(name: str, en: str, zh: str) -> Column:
    return Column(name=name, type="DOUBLE", unit="share", meaning=Text(en, zh))


def number(name: str, en: str, zh: str, unit: Unit | None = None) -> Column:
    return Column(name=name, type="DOUBLE", unit=unit, meaning=Text(en, zh))


def text(name: str, en: str, zh: str, *, choices: tuple[str, ...] = ()) -> Column:
    return Column(name=name, type="VARCHAR", meaning=Text(en, zh), choices=choices)


def day(name: str, en: str, zh: str) -> Column:
    return Column(name=name, type="DATE", meaning=Text(en, zh))


def flag(name: str, en: str, zh: str, type: SqlType = "BOOLEAN") -> Column:
    return Column(name=name, type=type, meaning=Text(en, zh))


CUSTOMER_KEY = Column(
    name="customer_key",
    type="BIGINT",
    key=True,
    meaning=Text("The customer, by Regulars' own key.", "客户（系统内部键）。"),
)
