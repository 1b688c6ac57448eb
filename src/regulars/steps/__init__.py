"""Named SELECTs in one dialect, each saying what one row is; composed and transpiled by sqlglot.

A step refers to facts and to other steps as tables of that name. ``$name`` places are parameters:
they are replaced in the syntax tree by typed literals, never by string formatting.
"""

from regulars.steps.step import Library, Step

__all__ = ["Library", "Step"]
