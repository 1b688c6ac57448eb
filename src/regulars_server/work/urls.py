"""Addresses of jobs."""

from __future__ import annotations

from django.urls import path

from regulars_server.work import views

app_name = "work"
urlpatterns = [
    path("jobs/", views.index, name="index"),
    path("jobs/snapshot/", views.snapshot, name="snapshot"),
    path("jobs/report/", views.report, name="report"),
    path("jobs/<int:job_id>/", views.job, name="job"),
    path("jobs/<int:job_id>/cancel/", views.cancel, name="cancel"),
    path("jobs/<int:job_id>/retry/", views.retry, name="retry"),
    path("jobs/<int:job_id>/report.html", views.download, name="download"),
]
