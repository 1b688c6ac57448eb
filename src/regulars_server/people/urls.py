"""Addresses of people. A person's is the number of ours, which names nobody."""

from __future__ import annotations

from django.urls import path

from regulars_server.people.views import erasure, finding, person

app_name = "people"
urlpatterns = [
    path("people/", finding.index, name="index"),
    path("people/<int:customer_key>/", person.show, name="person"),
    path("people/<int:customer_key>/figures/", person.figures, name="figures"),
    path("people/<int:customer_key>/events/", person.events, name="events"),
    path("people/<int:customer_key>/held/", person.held, name="held"),
    path("people/<int:customer_key>/consent/", person.consent, name="consent"),
    path("people/<int:customer_key>/export/", person.export, name="export"),
    path("people/<int:customer_key>/erase/", erasure.ask, name="erase"),
    path("people/erasures/", erasure.index, name="erasures"),
    path("people/erasures/<int:erasure_id>/", erasure.show, name="erasure"),
]
