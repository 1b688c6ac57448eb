"""Named SELECTs in one dialect, each saying what one row is; composed and transpiled by sqlglot.

A step refers to facts and to other steps as tables of that name. ``$name`` places are parameters:
they are replaced in the syntax tree by typed literals, never by string formatting. What no SELECT
can say is a `Derived` table: a pure function over a step's rows.
"""

from regulars.steps.step import Derived, Library, Node, Step

__all__ = ["Derived", "Library", "Node", "Step"]
