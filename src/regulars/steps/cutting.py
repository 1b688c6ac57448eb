"""The same steps over a part of the facts: those of one store, one channel, one campaign.

A step reads `orders` by name, and a step of that name stands before the fact: so a cut is a step
`orders` over the fact under another name, and no analysis knows of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from regulars.declare import Column
from regulars.steps.step import Step

# Facts that happen somewhere. What describes (stores, products, people) is never cut.
CUT_FACTS = ("orders", "visits", "contacts")
WHOLE = "{}_uncut"


def cut_steps(
    column: str, value: str | None, facts: Mapping[str, Sequence[Column]]
) -> tuple[Step, ...]:
    """Steps that stand for the facts with that column, holding the rows of one value.

    Parameters
    ----------
    value : None stands for rows without one.
    facts : the columns of each fact table.
    """
    name = exp.column(column)
    chosen = name.is_(exp.null()) if value is None else name.eq(exp.Literal.string(value))
    return tuple(
        Step(
            name=fact,
            one_row=f"as the fact, where {column} is {value}",
            key=tuple(c.name for c in facts[fact] if c.key),
            sql=exp.select(*(exp.column(c.name) for c in facts[fact]))
            .from_(WHOLE.format(fact))
            .where(chosen)
            .sql("duckdb"),
        )
        for fact in CUT_FACTS
        if fact in facts and column in {c.name for c in facts[fact]}
    )


def whole(name: str) -> str:
    """The fact's own name of a table that a cut step reads."""
    suffix = WHOLE.format("")
    return name.removesuffix(suffix)
