"""Addresses of value, tables and strategies."""

from __future__ import annotations

from django.urls import path

from regulars_server.strategies.views import tables, value, workbooks

app_name = "strategies"
urlpatterns = [
    path("value/", value.value, name="value"),
    path("value/found/<slug:name>/", value.part, name="value_part"),
    path("value-tables/", tables.index, name="tables"),
    path("value-tables/new/<slug:name>/", tables.begin, name="table_begin"),
    path("value-tables/from-orders/", tables.from_facts, name="table_from_orders"),
    path("value-tables/calculate/", tables.calculate, name="table_calculate"),
    path("value-tables/analysis/", tables.analysis, name="table_analysis"),
    path("value-tables/change/", tables.change, name="table_change"),
    path("value-tables/save/", tables.save, name="table_save"),
    path("value-tables/take-along/", tables.take_along, name="table_take_along"),
    path("value-tables/<int:table_id>/", tables.table, name="table"),
    path("value-tables/<int:table_id>/versions/<int:number>/", tables.version, name="version"),
    path("value-tables/<int:table_id>/archive/", tables.archive, name="table_archive"),
    path("value-tables/<int:table_id>/restore/", tables.restore, name="table_restore"),
    path("value-tables/<int:table_id>/<slug:form>/", tables.download, name="table_download"),
    path("strategies/", workbooks.index, name="workbooks"),
    path("strategies/new/", workbooks.begin, name="workbook_begin"),
    path("strategies/<int:workbook_id>/", workbooks.workbook, name="workbook"),
    path("strategies/<int:workbook_id>/print/", workbooks.printed, name="workbook_print"),
    path("strategies/<int:workbook_id>/baseline/", workbooks.baseline, name="workbook_baseline"),
    path("strategies/<int:workbook_id>/offers/", workbooks.offer, name="workbook_offer_new"),
    path(
        "strategies/<int:workbook_id>/offers/<int:offer_id>/",
        workbooks.offer,
        name="workbook_offer",
    ),
    path("strategies/<int:workbook_id>/state/", workbooks.move, name="workbook_move"),
    path("strategies/<int:workbook_id>/comments/", workbooks.comment, name="workbook_comment"),
    path("strategies/<int:workbook_id>/archive/", workbooks.archive, name="workbook_archive"),
    path("strategies/<int:workbook_id>/restore/", workbooks.restore, name="workbook_restore"),
    path("strategies/<int:workbook_id>/<slug:part>/", workbooks.change, name="workbook_change"),
]
