"""What an address asks of an analysis: its form, the question, which rows, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from regulars_server.analyses import results
from regulars_server.analyses.asking import Question
from regulars_server.analyses.forms import AnalysisForm, bound
from regulars_server.analyses.parameters import Asked, asked
from regulars_server.analyses.showing import KEEPING
from regulars_server.console.language import library_language
from regulars_server.console.pages import number_of
from regulars_server.console.workspace import opened
from regulars_server.errors import NotFound

FACTS = "facts"
# What is no parameter of an analysis; what rows are kept by begins with `KEEPING`.
OURS = ("by", "sort", "page", FACTS)


@dataclass(frozen=True)
class Address:
    """The address of a page of an analysis, taken apart."""

    name: str
    query: Mapping[str, str]

    @cached_property
    def analysis(self) -> Any:
        """What is asked, as it is declared."""
        found = results.analysis_of(self.name)
        if found is None:
            raise NotFound
        return found

    @cached_property
    def parameters(self) -> list[Asked]:
        return asked(self.analysis, opened().settings)

    @cached_property
    def form(self) -> AnalysisForm:
        """The form as this address fills it; what is wrong with the address stands in it."""
        form = bound(
            self.query, analysis=self.analysis, parameters=self.parameters, currency=self.currency
        )
        form.full_clean()
        for name in self.strange:
            form.add_error(None, _("There is no parameter %(name)s.") % {"name": name})
        return form

    def form_of(self, data: Any) -> AnalysisForm:
        """The form as somebody filled it."""
        return AnalysisForm(
            data, analysis=self.analysis, parameters=self.parameters, currency=self.currency
        )

    @cached_property
    def currency(self) -> str:
        from regulars.charts.numbers import Numbers

        settings = opened().settings
        return Numbers(
            lang=library_language(), currency=settings.currency, exponent=settings.exponent
        ).currency_name

    @property
    def strange(self) -> list[str]:
        """Names in the address that mean nothing."""
        known = {one.name for one in self.parameters} | set(OURS)
        return [n for n in self.query if n not in known and not n.startswith(KEEPING)]

    @property
    def question(self) -> Question:
        """What is to be worked out; the form must be valid."""
        given = self.form.canonical()
        by = given.pop("by", None)
        return Question(name=self.name, parameters=given, by=by)

    @property
    def keep(self) -> dict[str, str]:
        """Column to value: the rows that are kept."""
        return {
            name.removeprefix(KEEPING): value
            for name, value in self.query.items()
            if name.startswith(KEEPING)
        }

    @property
    def sort(self) -> str:
        return self.query.get("sort", "")

    @property
    def page(self) -> int:
        """The page of rows, from 1 on."""
        return number_of(self.query.get("page", ""), least=1) or 1

    @property
    def version(self) -> int | None:
        """The facts version that the link was copied at."""
        return number_of(self.query.get(FACTS, ""))

    @property
    def canonical(self) -> dict[str, str]:
        """All that makes the answer and its rows what they are, and nothing that is usual."""
        kept = {KEEPING + name: value for name, value in self.keep.items()}
        return {**self.form.canonical(), **kept}

    @property
    def command(self) -> str:
        """The same at a terminal."""
        options = " ".join(
            f"--{name.replace('_', '-')} {_quoted(value)}"
            for name, value in self.form.canonical().items()
        )
        return f"regulars show {self.name} {options}".strip()

    @property
    def tail(self) -> str:
        """The query as it came, without the page."""
        return urlencode({name: value for name, value in self.query.items() if name != "page"})


def _quoted(value: str) -> str:
    import shlex

    return shlex.quote(value)
