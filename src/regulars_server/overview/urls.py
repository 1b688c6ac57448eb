"""Addresses of the overview."""

from __future__ import annotations

from django.urls import path

from regulars_server.overview import views

app_name = "overview"
urlpatterns = [
    path("", views.home, name="home"),
    path("overview/<slug:name>/", views.panel, name="panel"),
]
