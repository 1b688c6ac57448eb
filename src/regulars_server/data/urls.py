"""Addresses of data."""

from __future__ import annotations

from django.urls import path

from regulars_server.data import views

app_name = "data"
urlpatterns = [
    path("data/", views.index, name="index"),
    path("data/quality/", views.quality_page, name="quality"),
    path("data/rejects/", views.rejects, name="rejects"),
    path("data/rejects/<str:import_id>/", views.rejects_of, name="rejects-of"),
    path("data/rejects/<str:import_id>/rows.csv", views.rejects_csv, name="rejects-csv"),
    path("data/columns/", views.columns, name="mappings"),
    path("data/versions/", views.versions, name="versions"),
    path("data/runs/", views.runs_page, name="runs"),
    path("data/runs/<str:run_id>/", views.run_page, name="run"),
]
