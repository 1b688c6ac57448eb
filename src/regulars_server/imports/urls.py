"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from regulars_server.imports import views

app_name = "imports"
urlpatterns = [
    path("imports/", views.index, name="index"),
    path("imports/begin/", views.begin, name="begin"),
    path("imports/<int:import_id>/", views.one, name="one"),
    path("imports/<int:import_id>/piece/", views.piece, name="piece"),
    path("imports/<int:import_id>/confirm/", views.confirm, name="confirm"),
    path("imports/<int:import_id>/look/", views.look, name="look"),
    path("imports/<int:import_id>/back/", views.back, name="back"),
    path("imports/<int:import_id>/drop/", views.drop, name="drop"),
    path("imports/<int:import_id>/rejects.csv", views.rejects, name="rejects"),
]
