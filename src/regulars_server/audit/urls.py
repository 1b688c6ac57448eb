"""Addresses of the audit."""

from __future__ import annotations

from django.urls import path

from regulars_server.audit import views

app_name = "audit"
urlpatterns = [path("audit/", views.index, name="index")]
