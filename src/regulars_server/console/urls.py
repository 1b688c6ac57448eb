"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path

from regulars_server.console import views

app_name = "console"
urlpatterns = [
    path("find/", views.palette, name="palette"),
]
