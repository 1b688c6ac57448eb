"""YAML as a tree of nodes that know their place: no objects, no aliases, bounded in every way.

Nothing is constructed from the file: scalars stay the text that they were written as, so that 0.1
is one tenth and ``NO`` stays a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from regulars.errors import ParameterError
from regulars.plans.places import Place, PlanError

MOST_BYTES = 1_000_000
"""A plan is written by hand; what is longer is something else."""

MOST_NODES = 50_000
MOST_DEPTH = 12

Node: TypeAlias = "Scalar | Items | Entries"


@dataclass(frozen=True)
class Scalar:
    """One value as it was written; `quoted` when it stood in quotes or as a block of text."""

    place: Place
    text: str
    quoted: bool


@dataclass(frozen=True)
class Items:
    """A list."""

    place: Place
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Entries:
    """A mapping; `keys` says where each key stands."""

    place: Place
    nodes: Mapping[str, Node]
    keys: Mapping[str, Place]


def load(path: Path) -> Node:
    """The file's one document.

    Raises
    ------
    PlanError : it is no YAML, or more than a plan needs: aliases, tags, a key given twice.
    ParameterError : there is no such file, or it is too long.
    """
    if not path.is_file():
        raise ParameterError(f"There is no file {path}.")
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    return parse(data, str(path))


def parse(data: bytes, name: str) -> Node:
    """The one document in these bytes.

    Raises
    ------
    PlanError, ParameterError : as `load`.
    """
    if len(data) > MOST_BYTES:
        raise ParameterError(f"{name} is over {MOST_BYTES:,} bytes: that is no plan.")
    text = _text(data, name)
    try:
        # Where control characters stand in the text, making the loader fails already.
        loader = _Loader(text, name)
        found: yaml.Node | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _worded(error, name) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        at = len(before) - before.rfind("\n")
        place = Place(name, before.count("\n") + 1, at)
        raise PlanError(place, f"{error.character!r} is no character of YAML") from None
    if found is None:
        raise PlanError(Place(name, 1, 1), "the file is empty")
    return _node(found, name, "")


class _Loader(yaml.SafeLoader):
    """Composes nodes, and refuses what could make a short file large or run anything."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.file, self.depth, self.count = name, 0, 0

    def compose_node(self, parent: Any, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        self.count += 1
        problem = _problem(event, depth=self.depth, count=self.count)
        if problem:
            raise PlanError(_place(event.start_mark, self.file), problem)
        self.depth += 1
        found: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return found


def _problem(event: Any, *, depth: int, count: int) -> str:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "anchors (&) and aliases (*) are not used in a plan: write the value out"
    if getattr(event, "tag", None) is not None:
        return f"tags are not used in a plan: {event.tag}"
    if depth > MOST_DEPTH:
        return f"nested over {MOST_DEPTH} deep"
    return f"more than {MOST_NODES:,} values" if count > MOST_NODES else ""


def _node(node: yaml.Node, file: str, path: str) -> Node:
    place = _place(node.start_mark, file, path)
    if isinstance(node, yaml.ScalarNode):
        return Scalar(place, node.value, quoted=node.style is not None)
    if isinstance(node, yaml.SequenceNode):
        return Items(
            place, tuple(_node(one, file, f"{path}[{at}]") for at, one in enumerate(node.value, 1))
        )
    return _entries(node, place)


def _entries(node: yaml.Node, place: Place) -> Entries:
    nodes: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for key, value in node.value:
        at = _place(key.start_mark, place.file, place.path)
        if not isinstance(key, yaml.ScalarNode):
            raise PlanError(at, "a key is one word")
        path = f"{place.path}.{key.value}" if place.path else key.value
        here = _place(key.start_mark, place.file, path)
        if key.value in nodes:
            raise PlanError(here, f"given twice; first on line {keys[key.value].line}")
        keys[key.value] = here
        nodes[key.value] = _node(value, place.file, path)
    return Entries(place, nodes, keys)


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Place(name, before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1)
        raise PlanError(place, "the file is not UTF-8 text") from None


def _place(mark: Any, file: str, path: str = "") -> Place:
    return Place(file, mark.line + 1, mark.column + 1, path)


def _worded(error: yaml.MarkedYAMLError, name: str) -> PlanError:
    mark = error.problem_mark or error.context_mark
    place = Place(name, 1, 1) if mark is None else _place(mark, name)
    problem = error.problem or "cannot be read"
    if isinstance(error, yaml.composer.ComposerError):
        return PlanError(place, "a second document begins: a plan is one")
    return PlanError(place, f"no YAML: {problem}")
