"""From step names to statements: collect the graph, bind parameters, compose, transpile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

from regulars.declare import Column
from regulars.errors import EngineError, ParameterError
from regulars.steps.step import Derived, Library, Node, Step

OUR_DIALECT = "duckdb"


@lru_cache(maxsize=1024)
def parse(sql: str) -> exp.Select | exp.Union:
    """The syntax tree of a step. Shared and cached: copy before changing it."""
    tree = sqlglot.parse_one(sql, read=OUR_DIALECT)
    if not isinstance(tree, exp.Select | exp.Union):
        raise EngineError(f"a step is a SELECT, this is not: {sql.strip()[:200]}")
    if tree.args.get("with_"):
        raise EngineError("a step has no WITH: make the part a step of its own and name its row")
    return tree


def tables_of(step: Node) -> list[str]:
    """Names of the facts and steps that a step reads, in order of appearance."""
    if isinstance(step, Derived):
        return [step.reads]
    return list(dict.fromkeys(t.name for t in parse(step.sql).find_all(exp.Table)))


def parameters_of(step: Node) -> set[str]:
    """Names of a step's ``$name`` places."""
    if isinstance(step, Derived):
        return set(step.parameters)
    return {str(node.this) for node in parse(step.sql).find_all(exp.Placeholder)}


@dataclass(frozen=True)
class Graph:
    """The steps behind some targets: in an order in which each can be computed, and their facts."""

    steps: tuple[Node, ...]
    facts: tuple[str, ...]

    @property
    def parameters(self) -> set[str]:
        return set().union(*(parameters_of(step) for step in self.steps))


def collect(library: Library, facts: Iterable[str], targets: Sequence[str]) -> Graph:
    """Everything that the targets need, dependencies first.

    Raises
    ------
    UnknownName : a step reads a table that is neither a step nor a fact.
    EngineError : steps read one another in a circle.
    """
    known_facts = set(facts)
    ordered: dict[str, Node] = {}
    needed: dict[str, None] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        if name in ordered:
            return
        if name in path:
            raise EngineError(f"steps read one another in a circle: {' → '.join([*path, name])}")
        if name not in library and name in known_facts:
            needed[name] = None
            return
        step = library[name]
        path.append(name)
        for table in tables_of(step):
            visit(table)
        path.pop()
        ordered[name] = step

    for target in targets:
        visit(target)
    return Graph(tuple(ordered.values()), tuple(needed))


def literal(value: Any) -> exp.Expression:
    """A typed literal for a parameter's value; engines then agree on what it is."""
    if value is None:
        return exp.Null()
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return _cast(str(value), "BIGINT", string=False)
    if isinstance(value, float):
        return _cast(repr(value), "DOUBLE", string=True)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return _cast(value.isoformat(), "DATE", string=True)
    if isinstance(value, str):
        return exp.Literal.string(value)
    raise ParameterError(f"a step cannot take a {type(value).__name__}: {value!r}")


def _cast(text: str, kind: str, *, string: bool) -> exp.Expression:
    if string:
        inner: exp.Expression = exp.Literal.string(text)
    elif text.startswith("-"):
        inner = exp.Neg(this=exp.Literal.number(text[1:]))
    else:
        inner = exp.Literal.number(text)
    return exp.cast(inner, exp.DataType.build(kind, dialect=OUR_DIALECT))


def bind(step: Step, values: Mapping[str, Any]) -> exp.Select | exp.Union:
    """A step's tree with every ``$name`` replaced; a name without a value is an error."""
    tree = parse(step.sql).copy()
    for node in list(tree.find_all(exp.Placeholder)):
        name = str(node.this)
        if name not in values:
            raise ParameterError(f"step {step.name!r} needs the parameter ${name}")
        node.replace(literal(values[name]))
    return tree


@dataclass(frozen=True)
class Statement:
    """One statement for an engine: the step that it is for, and its SQL in the engine's dialect."""

    step: Step
    sql: str


@dataclass(frozen=True)
class Derivation:
    """A derived table for an engine: the statement whose rows it takes, and the bound values."""

    step: Derived
    sql: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Program:
    """What an engine has to do: tables to keep, in order, then one statement per target."""

    facts: tuple[str, ...]
    kept: tuple[Statement | Derivation, ...]
    targets: Mapping[str, str]


@dataclass(frozen=True)
class Target:
    """A step to be answered: the columns as declared, and the order of the rows."""

    step: str
    columns: tuple[Column, ...] = ()
    order_by: tuple[str, ...] = ()
    where: str | None = None
    limit: int | None = None


def program(
    library: Library,
    facts: Iterable[str],
    targets: Sequence[Target],
    values: Mapping[str, Any],
    dialect: str,
    already: Iterable[str] = (),
) -> Program:
    """Compose steps into as few statements as their `reused` marks ask for.

    Parameters
    ----------
    already : names of tables that the engine keeps from before, of the same values.

    Raises
    ------
    ParameterError : a ``$name`` has no value, or a value has no ``$name``.
    """
    graph = collect(library, facts, [target.step for target in targets])
    unused = set(values) - graph.parameters
    if unused:
        raise ParameterError(f"no step uses the parameter {', '.join(sorted(unused))}")
    trees = {step.name: bind(step, values) for step in graph.steps if isinstance(step, Step)}
    there = set(already)
    kept_names = _kept_names(graph, [target.step for target in targets]) | there
    kept: list[Statement | Derivation] = []
    for step in graph.steps:
        if step.name not in kept_names or step.name in there:
            continue
        if isinstance(step, Derived):
            rows = _all_of(graph, trees, kept_names, step.reads).sql(dialect=dialect)
            kept.append(Derivation(step, rows, _values_of(step, values)))
        else:
            sql = _statement(graph, trees, kept_names, step.name).sql(dialect=dialect)
            kept.append(Statement(step, sql))
    finals = {
        target.step: _final(graph, trees, kept_names, target).sql(dialect=dialect)
        for target in targets
    }
    return Program(graph.facts, tuple(kept), finals)


def _values_of(step: Derived, values: Mapping[str, Any]) -> dict[str, Any]:
    missing = [name for name in step.parameters if name not in values]
    if missing:
        raise ParameterError(f"derived table {step.name!r} needs the parameter ${missing[0]}")
    return {name: values[name] for name in step.parameters}


def _kept_names(graph: Graph, targets: Sequence[str]) -> set[str]:
    """Steps that the engine computes once: derived, marked, or a target that another step reads."""
    wanted = set(targets)
    kept = {step.name for step in graph.steps if isinstance(step, Derived)}
    kept |= {
        s.name for s in graph.steps if isinstance(s, Step) and s.reused and s.name not in wanted
    }
    for step in graph.steps:
        kept |= wanted & set(tables_of(step))
    return kept


def _all_of(
    graph: Graph, trees: Mapping[str, Any], kept: set[str], name: str
) -> exp.Select | exp.Union:
    """Every row of a step, whether it is kept or is still to be written out."""
    if name not in kept:
        return _statement(graph, trees, kept, name)
    return exp.select("*").from_(exp.to_table(name))


def _needed(graph: Graph, kept: set[str], name: str) -> list[str]:
    """The steps to write into one statement for `name`: all behind it up to what is kept."""
    by_name = {step.name: step for step in graph.steps}
    inlined: set[str] = set()

    def visit(current: str) -> None:
        for table in tables_of(by_name[current]):
            if table in by_name and table not in kept and table not in inlined:
                inlined.add(table)
                visit(table)

    visit(name)
    return [step.name for step in graph.steps if step.name in inlined]


def _statement(
    graph: Graph, trees: Mapping[str, Any], kept: set[str], name: str
) -> exp.Select | exp.Union:
    tree = trees[name].copy()
    for inner in _needed(graph, kept, name):
        # The tree is our own by now: another copy at every step would copy all before it again.
        tree = tree.with_(inner, as_=trees[inner].copy(), dialect=OUR_DIALECT, copy=False)
    assert isinstance(tree, exp.Select | exp.Union)
    return tree


def _final(
    graph: Graph, trees: Mapping[str, Any], kept: set[str], target: Target
) -> exp.Select | exp.Union:
    name = target.step
    if not target.columns:
        return _all_of(graph, trees, kept, name)
    query = exp.select(
        *(
            exp.alias_(
                exp.cast(
                    exp.column(c.name.lower()), exp.DataType.build(c.type, dialect=OUR_DIALECT)
                ),
                exp.to_identifier(c.name, quoted=True),
            )
            for c in target.columns
        )
    ).from_(exp.to_table(name))
    if target.where:
        query = query.where(target.where, dialect=OUR_DIALECT)
    for column in target.order_by:
        descending = column.startswith("-")
        query = query.order_by(
            exp.Ordered(
                this=exp.to_identifier(column.lstrip("-"), quoted=True),
                desc=descending,
                nulls_first=False,
            )
        )
    if target.limit is not None:
        query = query.limit(target.limit)
    if name in kept:
        return query
    for inner in [*_needed(graph, kept, name), name]:
        query = query.with_(inner, as_=trees[inner].copy(), dialect=OUR_DIALECT, copy=False)
    return query
