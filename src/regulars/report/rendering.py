"""What every page is rendered with: templates, pictures, titles that break well."""

from __future__ import annotations

from typing import Any

from regulars.errors import MissingExtra
from regulars.report import parts
from regulars.report.parts import Picture, Sentence
from regulars.report.svg import draw


def svg(picture: Picture) -> Any:
    """Both widths; the style sheet shows one. Cleaned by `svg.clean`, hence taken as markup."""
    from markupsafe import Markup

    wide = draw(picture.wide, css_class="wide")
    narrow = draw(picture.narrow, css_class="narrow")
    return Markup(wide + narrow)


def phrased(title: Sentence) -> Any:
    """Escaped by the sentence itself, hence taken as markup."""
    from markupsafe import Markup

    return Markup(parts.phrased(title))


def environment(*packages: str) -> Any:
    """Templates of the named packages, then the report's own.

    Raises
    ------
    MissingExtra : jinja2 is not installed.
    """
    try:
        import jinja2
    except ImportError as error:
        raise MissingExtra("a report needs jinja2: pip install 'regulars[report]'") from error
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(package) for package in (*packages, "regulars.report")]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
