"""Addresses of the inbox."""

from __future__ import annotations

from django.urls import path

from regulars_server.inbox import views

app_name = "inbox"
urlpatterns = [
    path("inbox/", views.index, name="index"),
    path("inbox/not-taken.csv", views.download, name="download"),
]
