"""The page's one style sheet: colours from the palettes, the rest from ``report.css``."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from regulars.charts import DARK, LIGHT, Palette


def style_sheet() -> str:
    """Colours of both modes as variables, then the rules. Paper is always light."""
    rules = files("regulars.report").joinpath("templates/report.css").read_text("utf-8")
    return (
        f":root{{{_variables(LIGHT)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}\n{rules}"
    )


def policy(style: str) -> str:
    """A content security policy that allows this style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _variables(palette: Palette) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in palette.tokens().items())
