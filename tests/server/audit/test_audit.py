"""The audit: in the transaction of the change, and without those who were erased."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from regulars_server.audit.models import AuditEntry
from regulars_server.audit.services import changed, forget, record
from regulars_server.web.actor import system
from server.people import Client

NOBODY = system("test")


@pytest.mark.django_db(transaction=True)
def test_an_entry_needs_the_transaction_of_its_change() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(actor=NOBODY, action="a.b", subject_kind="x", subject_id=1)


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_taken_back_leaves_no_entry() -> None:
    with transaction.atomic():
        record(actor=NOBODY, action="a.b", subject_kind="x", subject_id=1)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_an_erased_person_vanishes_and_the_others_stay() -> None:
    for key, name in ((7, "王小明"), (8, "李娜")):
        record(
            actor=NOBODY, action="people.renamed", subject_kind="customer",
            subject_id=f"shop:{name}", before={"name": name},
            after={"name": f"{name}2", "phone": "13800000000"},
            customer_key=key,
        )  # fmt: skip
    assert forget(customer_keys=[7]) == 1
    kept = str(list(AuditEntry.objects.values()))
    assert "王小明" not in kept
    assert "李娜" in kept
    erased = AuditEntry.objects.get(subject_id="(erased)")
    assert erased.after == {"name": "(erased)", "phone": "(erased)"}
    assert erased.customer_key is None
    assert forget(customer_keys=[7]) == 0


@pytest.mark.django_db
def test_the_auditor_reads_and_the_analyst_does_not(as_role: Callable[[str], Client]) -> None:
    record(
        actor=NOBODY, action="people.renamed", subject_kind="customer", subject_id=1,
        before={"name": "<b>x</b>"}, after={"name": "y"},
    )  # fmt: skip
    page = as_role("auditor").get("/audit/").content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert as_role("analyst").get("/audit/").status_code == 403


def test_only_what_differs_is_kept() -> None:
    assert changed({"a": 1, "b": 2}, {"a": 1, "b": 3}) == ({"b": 2}, {"b": 3})
