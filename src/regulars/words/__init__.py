"""What columns and codes are called where people read them: tables, sheets, pictures, pages.

One name of a column means one thing throughout, so it has one heading, whichever analysis it stands
in; so has one code. Machines (JSON, CSV, Parquet, the API) get the public names and codes alone.
"""

from __future__ import annotations

from regulars.words.naming import bracketed, heading, named
from regulars.words.parameters import choice_said, parameter_label

__all__ = ["bracketed", "choice_said", "heading", "named", "parameter_label"]
