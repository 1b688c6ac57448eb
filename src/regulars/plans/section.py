"""A mapping of a plan read key by key; what is missing or unknown is said with its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from regulars.declare import Text
from regulars.plans.document import Entries, Items, Node, Scalar
from regulars.plans.places import Place, PlanError
from regulars.strategy import InputError

NUMBER = re.compile(r"[+-]?(\d[\d_]*)?(\.\d[\d_]*)?([eE][+-]?\d{1,3})?")
PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[%％]")
FLAGS = {"true": True, "false": False}
MOST_DIGITS = 30


class Section:
    """One mapping; every key has to be asked for, and `end` names the first that was not."""

    def __init__(self, node: Node) -> None:
        if not isinstance(node, Entries):
            raise PlanError(node.place, f"a mapping of keys is wanted, not {_what(node)}")
        self.node = node
        self.asked: set[str] = set()

    @property
    def place(self) -> Place:
        return self.node.place

    def has(self, key: str) -> bool:
        """The key is there (and counts as known)."""
        self.asked.add(key)
        return key in self.node.nodes

    def at(self, key: str, period: int | None = None) -> Place:
        """Where the key's value stands, or one of its items from 1; else where the mapping does."""
        node = self.node.nodes.get(key)
        if node is None:
            return Place(self.place.file, self.place.line, self.place.column, self._path(key))
        if isinstance(node, Items) and period is not None and period <= len(node.nodes):
            return node.nodes[period - 1].place
        return node.place

    def error(self, key: str, problem: str, *, period: int | None = None) -> PlanError:
        return PlanError(self.at(key, period), problem)

    # Values; without a default a key is wanted.

    def number(self, key: str, default: Any = ...) -> Any:
        """An exact decimal."""
        node = self._node(key, default)
        return default if node is None else _number(node)

    def numbers(self, key: str, default: Any = ...) -> Any:
        """A decimal for every period, or a tuple with one a period."""
        node = self._node(key, default)
        if node is None:
            return default
        return tuple(map(_number, node.nodes)) if isinstance(node, Items) else _number(node)

    def errors(self, key: str) -> Any:
        """As `numbers`; or a square list of lists, a covariance."""
        node = self._node(key, ...)
        if not isinstance(node, Items) or not any(isinstance(n, Items) for n in node.nodes):
            return self.numbers(key)
        rows = tuple(tuple(map(_number, _items(one))) for one in node.nodes)
        if any(len(row) != len(rows) for row in rows):
            raise PlanError(node.place, "a covariance has as many rows as columns")
        return rows

    def list_of_numbers(self, key: str, default: Any = ...) -> Any:
        """A tuple of decimals."""
        node = self._node(key, default)
        return default if node is None else tuple(map(_number, _items(node)))

    def whole(self, key: str, default: Any = ..., *, low: int = 0) -> Any:
        """An integer from `low` on."""
        found = self.number(key, default)
        if found is None or found is default:
            return default
        if found != found.to_integral_value() or found < low or found > 10**12:
            raise self.error(key, f"{found} is no whole number from {low}")
        return int(found)

    def text(self, key: str, default: Any = ...) -> Any:
        """Words that are not empty."""
        node = self._node(key, default)
        if node is None:
            return default
        if not isinstance(node, Scalar) or not node.text.strip():
            raise PlanError(node.place, f"words are wanted, not {_what(node)}")
        return node.text.strip()

    def words(self, key: str, default: Any = ...) -> Any:
        """Words in one language, or in both as ``{en: …, zh: …}``."""
        if isinstance(self.node.nodes.get(key), Entries):
            both = self.section(key)
            found = Text(both.text("en"), both.text("zh"))
            both.end()
            return found
        said = self.text(key, default)
        return Text(said, said) if isinstance(said, str) else said

    def choice(self, key: str, choices: Sequence[str], default: Any = ...) -> Any:
        """One of a few words."""
        found = self.text(key, default)
        if found is not default and found not in choices:
            raise self.error(key, f"{found} is none of {', '.join(choices)}")
        return found

    def flag(self, key: str, default: Any = ...) -> Any:
        """true or false."""
        node = self._node(key, default)
        if node is None:
            return default
        if not isinstance(node, Scalar) or node.quoted or node.text.lower() not in FLAGS:
            raise PlanError(node.place, f"true or false is wanted, not {_what(node)}")
        return FLAGS[node.text.lower()]

    # Mappings and lists of mappings.

    def section(self, key: str) -> Section:
        node = self._node(key, ...)
        assert node is not None
        return Section(node)

    def entries(self, key: str) -> dict[str, Section]:
        """A mapping of names to mappings; at least one."""
        named = self.section(key)
        found = {name: named.section(name) for name in named.node.nodes}
        if not found:
            raise PlanError(named.place, "at least one is wanted")
        return found

    def rows(self, key: str) -> list[Section]:
        """A list of mappings; at least one."""
        node = self._node(key, ...)
        assert node is not None
        found = [Section(one) for one in _items(node)]
        if not found:
            raise PlanError(node.place, "at least one is wanted")
        return found

    def plain(self, key: str) -> dict[str, Any]:
        """A mapping as it is, for somebody else to understand: texts, decimals, flags, lists."""
        return self.section(key).everything()

    def everything(self) -> dict[str, Any]:
        """This mapping as `plain` gives one; every key counts as known."""
        self.asked.update(self.node.nodes)
        found: dict[str, Any] = _plain(self.node)
        return found

    def end(self) -> None:
        """
        Raises
        ------
        PlanError : a key that nobody asked for; the nearest known one is suggested.
        """
        for key, place in self.node.keys.items():
            if key not in self.asked:
                near = difflib.get_close_matches(key, sorted(self.asked), n=1)
                known = ", ".join(sorted(self.asked))
                hint = f"did you mean {near[0]}?" if near else f"known here: {known}"
                raise PlanError(place, f"no such key; {hint}")

    @contextmanager
    def placed(self, **keys: str) -> Iterator[None]:
        """Errors on inputs get the place of the key of that name, or of the one named here."""
        try:
            yield
        except InputError as error:
            key = keys.get(error.field, error.field)
            problem = str(error).partition(": ")[2]
            raise self.error(key, problem, period=error.period) from None

    def _node(self, key: str, default: Any) -> Node | None:
        self.asked.add(key)
        node = self.node.nodes.get(key)
        if node is None and default is ...:
            raise PlanError(self.at(key), f"{key} is missing")
        if isinstance(node, Scalar) and not node.quoted and node.text in ("", "~", "null"):
            if default is ...:
                raise PlanError(node.place, f"{key} has no value")
            return None
        return node

    def _path(self, key: str) -> str:
        return f"{self.place.path}.{key}" if self.place.path else key


def _number(node: Node) -> Decimal:
    if not isinstance(node, Scalar):
        raise PlanError(node.place, f"a number is wanted, not {_what(node)}")
    text = node.text
    percent = PERCENT.fullmatch(text)
    if percent:
        raise PlanError(node.place, f"{text} is written {Decimal(percent[1]) / 100}")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        raise PlanError(node.place, f"{text} is written {text.replace(',', '')}")
    if node.quoted or not NUMBER.fullmatch(text) or not any(map(str.isdigit, text)):
        raise PlanError(node.place, f"a number is wanted, not {_what(node)}")
    found = Decimal(text.replace("_", ""))
    if len(found.as_tuple().digits) > MOST_DIGITS or found.copy_abs() > Decimal("1e15"):
        raise PlanError(node.place, "a number of more digits than money has")
    return found


def _items(node: Node) -> tuple[Node, ...]:
    if not isinstance(node, Items):
        raise PlanError(node.place, f"a list is wanted, not {_what(node)}")
    return node.nodes


def _plain(node: Node) -> Any:
    if isinstance(node, Entries):
        return {key: _plain(value) for key, value in node.nodes.items()}
    if isinstance(node, Items):
        return [_plain(one) for one in node.nodes]
    if not node.quoted and node.text.lower() in FLAGS:
        return FLAGS[node.text.lower()]
    if not node.quoted and NUMBER.fullmatch(node.text) and any(map(str.isdigit, node.text)):
        return _number(node)
    return node.text


def _what(node: Node) -> str:
    if isinstance(node, Entries):
        return "a mapping"
    if isinstance(node, Items):
        return "a list"
    said = node.text if len(node.text) <= 40 else node.text[:40] + "…"
    return f"the text {said!r}" if node.quoted or said else "nothing"
