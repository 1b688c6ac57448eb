"""Addresses of cases."""

from __future__ import annotations

from django.urls import path

from regulars_server.care import views

app_name = "care"
urlpatterns = [
    path("cases/", views.index, name="index"),
    path("cases/open/<int:customer_key>/", views.begin, name="open"),
    path("cases/of/<int:customer_key>/", views.of, name="of"),
    path("cases/<int:case_id>/", views.case, name="case"),
    path("cases/<int:case_id>/owner/", views.owner, name="owner"),
    path("cases/<int:case_id>/answer/", views.answer, name="answer"),
    path("cases/<int:case_id>/close/", views.close, name="close"),
    path("cases/<int:case_id>/reopen/", views.reopen, name="reopen"),
]
