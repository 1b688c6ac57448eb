"""Conditions on the columns of a snapshot: typed, clicked, said in words, turned into SQL (pure).

A condition is one small tree (`tree`). It is read from text by sqlglot's parser against an
allow-list (`parsing`), or made of clicked rules (`clicks`); written as text again (`writing`), said
in two languages (`saying`), and turned into SQL of DuckDB (`rendering`). What is not allowed is
refused with its place (`refusing`).
"""

from regulars.conditions.clicks import Group, Rule, from_clicks, to_clicks
from regulars.conditions.fields import AS_OF, Field, Fields, Kind, fields_of
from regulars.conditions.parsing import parse
from regulars.conditions.refusing import Refused
from regulars.conditions.rendering import sql
from regulars.conditions.saying import say
from regulars.conditions.tree import EVERYBODY, Condition, can_be_unknown, columns_of, negation
from regulars.conditions.writing import write

__all__ = [
    "AS_OF",
    "EVERYBODY",
    "Condition",
    "Field",
    "Fields",
    "Group",
    "Kind",
    "Refused",
    "Rule",
    "can_be_unknown",
    "columns_of",
    "fields_of",
    "from_clicks",
    "negation",
    "parse",
    "say",
    "sql",
    "to_clicks",
    "write",
]
