"""Addresses of audiences."""

from __future__ import annotations

from django.urls import path

from regulars_server.audiences.views import comparing, exploring, exporting, saved

app_name = "audiences"
urlpatterns = [
    path("audiences/", saved.index, name="index"),
    path("audiences/suggested/", exploring.suggested, name="suggested"),
    path("audiences/explore/", exploring.explore, name="explore"),
    path("audiences/explore/customers/", exploring.customers, name="customers"),
    path("audiences/new/", saved.new, name="new"),
    path("audiences/overlap/", comparing.overlap, name="overlap"),
    path("audiences/export/", exporting.ask, name="export"),
    path("audiences/exports/", exporting.index, name="exports"),
    path("audiences/exports/<int:export_id>/", exporting.show, name="exported"),
    path("audiences/exports/<int:export_id>/file/", exporting.fetch, name="file"),
    path("audiences/<int:audience_id>/", saved.show, name="audience"),
    path("audiences/<int:audience_id>/edit/", saved.edit, name="edit"),
    path("audiences/<int:audience_id>/restore/", saved.restore, name="restore"),
    path("audiences/<int:audience_id>/archive/", saved.archive, name="archive"),
    path("audiences/<int:audience_id>/take-back/", saved.take_back, name="take-back"),
]
