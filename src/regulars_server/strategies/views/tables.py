"""Value tables: chosen, edited with instant recalculation, saved, put away, taken along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars import plans
from regulars.plans.kinds.table import TablePlan
from regulars_server.console.language import library_language
from regulars_server.console.pages import number_of, page_of
from regulars_server.console.sending import once
from regulars_server.errors import Conflict, Invalid, NotFound
from regulars_server.strategies import figures, grid, queries, starting, tables, wording
from regulars_server.strategies.copying import sheet_of
from regulars_server.strategies.measured import measured_of
from regulars_server.strategies.models import TableVersion, ValueTable
from regulars_server.strategies.sheet import MOST_PERIODS, Sheet, read
from regulars_server.strategies.understanding import Reading, understood
from regulars_server.web.access import needs
from regulars_server.web.actor import actor_of

PERIODS = ("year", "quarter", "month", "week", "days")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


@needs("strategies.read")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Saved tables, and what a new one can start from."""
    archived = request.GET.get("archived") == "yes"
    page = page_of(request, queries.tables(archived=archived))
    for one in page:
        one.shown = starting.shown(one.summary, library_language())
    values = {
        "page": page, "archived": archived, "examples": starting.examples(library_language()),
        "put_away": queries.tables(archived=True).count(),
        "away": queries.tables(archived=True).filter(pk=_whole(request.GET, "away") or 0).first(),
    }  # fmt: skip
    return render(request, "strategies/tables.html", values)


@needs("strategies.manage")
@require_safe
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """A new table from a shipped example, or a blank one: ``blank``."""
    lang = library_language()
    if name == "blank":
        return _editor(request, starting.blank(starting.currency()))
    plan = starting.example(name)
    scenario = request.GET.get("scenario") or None
    if scenario is not None and scenario not in plan.scenarios:
        raise NotFound
    return _editor(request, sheet_of(plan, lang, scenario))


@needs("strategies.manage")
@require_safe
def from_facts(request: HttpRequest) -> HttpResponse:
    """A new table from the base's own orders: a skeleton until they are counted."""
    period = request.GET.get("period", "year")
    if period not in PERIODS[:3]:
        period = "year"
    periods = number_of(request.GET.get("periods", ""), least=2, most=12) or 4
    user_id = request.user.pk
    assert user_id is not None
    found = starting.from_orders(period=period, periods=periods, user_id=user_id)
    if _part(request):
        # The page that waits asks: nothing new yet, or load it anew as what it has become.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if found else {})
    if found is None:
        values = {"again": request.get_full_path()}
        return render(request, "strategies/table_waits.html", values)
    return _editor(request, found)


@needs("strategies.read")
@require_safe
def table(request: HttpRequest, table_id: int) -> HttpResponse:
    """A saved table, to be changed by who may."""
    return _saved(request, queries.version(table_id))


@needs("strategies.read")
@require_safe
def version(request: HttpRequest, table_id: int, number: int) -> HttpResponse:
    """The table as it was saved once; saving it makes it the newest."""
    return _saved(request, queries.version(table_id, number))


def _saved(request: HttpRequest, one: TableVersion) -> HttpResponse:
    sheet = sheet_of_version(one)
    return _editor(request, sheet, of=one)


def plan_of_version(one: TableVersion) -> TablePlan:
    """The plan that a saved text says."""
    found = plans.parsed(one.text, one.table.name)
    assert isinstance(found, TablePlan)
    return found


def sheet_of_version(one: TableVersion) -> Sheet:
    """The cells of a saved version, under the name that its table has."""
    from dataclasses import replace

    sheet = sheet_of(plan_of_version(one), library_language())
    measured = measured_of(one.measured) if one.measured else sheet.measured
    return replace(sheet, title=one.table.name, measured=measured)


@needs("strategies.manage")
@require_POST
def calculate(request: HttpRequest) -> HttpResponse:
    """The lines and the finding of what stands in the cells; what is wrong, at its cell."""
    sheet = read(request.POST)
    found = understood(sheet)
    values = _calculated(sheet, found)
    if not _part(request):
        return _editor(request, sheet, reading=found, posted=request.POST)
    response = render(request, "strategies/table_calculated.html", values)
    if found.plan is None:
        # The figures of before stay; only the faults are put to their places.
        response["HX-Reswap"] = "none"
    return response


@needs("strategies.manage")
@require_POST
def analysis(request: HttpRequest) -> HttpResponse:
    """What takes longer: curves, differences, tornado, break-even."""
    found = understood(read(request.POST))
    if found.plan is None:
        return HttpResponse(status=204)
    return render(request, "strategies/table_analysis.html", _analysed(found.plan, live=True))


@needs("strategies.manage")
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Another number of periods, a plan beside it or none; every cell is carried along."""
    sheet = read(request.POST)
    action = request.POST.get("do", "")
    if action == "longer":
        sheet = sheet.lasting(sheet.periods + 1)
    elif action == "shorter":
        sheet = sheet.lasting(sheet.periods - 1)
    elif action == "plan":
        sheet = sheet.with_plan(_("The plan"))
    elif action == "alone":
        sheet = sheet.without_plan()
    found = understood(sheet)
    if not _part(request):
        return _editor(request, sheet, reading=found, posted=request.POST)
    return render(request, "strategies/table_sheet.html", _calculated(sheet, found))


@needs("strategies.manage")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save what stands in the cells: as a new table, or as the next version of one."""
    sheet = read(request.POST)
    found = understood(sheet)
    if found.plan is None:
        return _editor(request, sheet, reading=found, posted=request.POST, status=422)
    content = tables.Content(
        name=sheet.title, note=request.POST.get("note", "").replace("\x00", ""),
        text=plans.table_text(found.plan),
        measured=sheet.measured.to_text() if sheet.measured else "",
        summary=figures.summary(found.plan),
    )  # fmt: skip
    table_id, number = _whole(request.POST, "table"), _whole(request.POST, "version")
    try:
        if table_id and number and request.POST.get("as") != "new":
            saved = tables.save(
                actor=actor_of(request), table_id=table_id, version=number, content=content
            )
        else:
            made, _new = once(
                request, lambda: tables.create(actor=actor_of(request), content=content).pk
            )
            saved = queries.table(made)
    except (Invalid, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        said = [str(one) for one in getattr(error, "fields", {}).values()] or [str(error.said)]
        return _editor(
            request, sheet, reading=found, posted=request.POST, status=status, problems=said
        )
    said_so = _("Version %(number)s of “%(name)s” is saved.")
    messages.success(request, said_so % {"number": saved.version, "name": saved.name})
    return redirect("strategies:table", saved.pk)


def _whole(given: Mapping[str, Any], name: str) -> int | None:
    return number_of(str(given.get(name, "")))


@needs("strategies.manage")
@require_POST
def archive(request: HttpRequest, table_id: int) -> HttpResponse:
    """Put a table away; the list offers to take it back."""
    one = tables.archive(actor=actor_of(request), table_id=table_id, archived=True)
    return redirect(reverse("strategies:tables") + f"?away={one.pk}")


@needs("strategies.manage")
@require_POST
def restore(request: HttpRequest, table_id: int) -> HttpResponse:
    """Take a table back that was put away."""
    one = tables.archive(actor=actor_of(request), table_id=table_id, archived=False)
    messages.success(request, _("“%(name)s” is back.") % {"name": one.name})
    return redirect("strategies:table", one.pk)


@needs("strategies.manage")
@require_POST
def take_along(request: HttpRequest) -> HttpResponse:
    """What stands in the cells as a workbook, or as the file that the command line reads."""
    sheet = read(request.POST)
    found = understood(sheet)
    if found.plan is None:
        return _editor(request, sheet, reading=found, posted=request.POST, status=422)
    return _file(found.plan, request.POST.get("file", "xlsx"))


@needs("strategies.read")
@require_safe
def download(request: HttpRequest, table_id: int, form: str) -> HttpResponse:
    """A saved table as a workbook (``xlsx``) or file (``yaml``)."""
    if form not in ("xlsx", "yaml"):
        raise NotFound
    return _file(plan_of_version(queries.version(table_id)), form)


def _file(plan: TablePlan, form: str) -> HttpResponse:
    if form == "yaml":
        response = HttpResponse(figures.yaml_of(plan), content_type="application/yaml")
    else:
        form = "xlsx"
        made = figures.workbook_of(plan, library_language())
        response = HttpResponse(made, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="value-table.{form}"'
    return response


# ---- what templates get -------------------------------------------------------------------------


def _editor(
    request: HttpRequest,
    sheet: Sheet,
    *,
    of: TableVersion | None = None,
    reading: Reading | None = None,
    posted: Mapping[str, Any] | None = None,
    status: int = 200,
    problems: list[str] | None = None,
) -> HttpResponse:
    """The whole page; what was posted stands in it again."""
    found = reading or understood(sheet)
    saved = of.table if of is not None else _posted_table(posted)
    values = _calculated(sheet, found)
    values |= {
        "of": of, "saved": saved, "problems": problems or [],
        "note": posted.get("note", "") if posted else (saved.note if saved else ""),
        # The version that what is typed was begun from, not the newest.
        "number": _whole(posted, "version") if posted else (saved.version if saved else None),
        "versions": saved.versions.select_related("user")[:20] if saved else [],
        "may": "strategies.manage" in request.user.permissions,  # type: ignore[union-attr]
        "periods_known": PERIODS,
    }  # fmt: skip
    if found.plan is not None and not values["may"]:
        values |= _analysed(found.plan, live=True)
    elif found.plan is not None and posted is not None:
        # Without scripts nothing asks for it later.
        values |= _analysed(found.plan, live=False)
    return render(request, "strategies/table.html", values, status=status)


def _posted_table(posted: Mapping[str, Any] | None) -> ValueTable | None:
    number = _whole(posted, "table") if posted else None
    return ValueTable.objects.filter(pk=number).first() if number else None


def _calculated(sheet: Sheet, found: Reading) -> dict[str, Any]:
    lang = library_language()
    values: dict[str, Any] = {
        "sheet": sheet, "sides": grid.sides(sheet), "periods": grid.periods(sheet, lang),
        "groups": grid.groups(sheet, lang, found.faults, found.hints), "hidden": grid.hidden(sheet),
        "faults": found.faults, "most": MOST_PERIODS, "lines": None,
        "others": [wording.fault(one) for one in found.faults if "." not in one.cell],
        "columns": 1 + len(grid.sides(sheet)) * sheet.periods,
        "said_of_measured": sheet.measured.said.get(lang, ()) if sheet.measured else (),
    }  # fmt: skip
    if found.plan is not None:
        values |= {
            "lines": grid.lines(found.plan, lang), "finding": figures.finding(found.plan, lang),
            "interval_stands": bool(found.plan.errors),
        }  # fmt: skip
    return values


def _analysed(plan: TablePlan, *, live: bool) -> dict[str, Any]:
    lang = library_language()
    return {
        "blocks": figures.blocks(plan, lang), "turns": figures.turns(plan, lang),
        "needed": figures.needed(plan, lang), "live": live,
    }  # fmt: skip
