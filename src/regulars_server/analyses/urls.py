"""Addresses of analyses. An analysis has its own by its name, whichever there are."""

from __future__ import annotations

from django.urls import path

from regulars_server.analyses import views

app_name = "analyses"
urlpatterns = [
    path("analyses/", views.index, name="index"),
    path("analyses/<str:name>/", views.page, name="page"),
    path("analyses/<str:name>/ask/", views.ask, name="ask"),
    path("analyses/<str:name>/answer/", views.answer, name="answer"),
    path("analyses/<str:name>/rows.csv", views.rows_csv, name="csv"),
    path("analyses/<str:name>/rows.xlsx", views.rows_xlsx, name="xlsx"),
]
