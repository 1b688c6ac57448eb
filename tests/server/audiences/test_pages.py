"""The pages of audiences: filter, save, edit by two, archive and undo, compare, by each role."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from regulars_server.audiences import queries, sizes
from regulars_server.audiences.models import Audience, AudienceSize
from regulars_server.audiences.queries import neighbours
from regulars_server.audit.models import AuditEntry
from regulars_server.snapshots.queries import snapshots
from regulars_server.work.models import Job
from server.audiences.conftest import forget
from server.people import Client

pytestmark = pytest.mark.django_db
CONDITION = "customer_group = 'E' and spend_minor >= 10000"


def explore(client: Client, where: str, **more: Any) -> str:
    address = reverse("audiences:explore") + "?" + urlencode({"where": where, **more})
    return str(client.get(address).content.decode())


def saved(client: Client, where: str = CONDITION, name: str = "Best") -> Audience:
    answer = client.post(reverse("audiences:new"), {"name": name, "condition": where, "note": ""})
    assert answer.status_code == 302, answer.content.decode()
    return Audience.objects.get(name=name)


def test_a_typed_condition_opens_as_clicks_with_count_words_and_profile(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    page = explore(as_role("marketer"), CONDITION)
    assert 'value="customer_group" selected' in page
    assert 'value="100"' in page  # money in whole units of the currency
    assert "of the base" in page
    assert "spend is at least $100" in page
    assert "times as frequent" in page


def test_what_is_not_allowed_is_marked_in_its_place(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    page = explore(as_role("analyst"), "orders >= 2 and\n  read_csv('/etc/passwd') = 1")
    assert "<mark>read_csv</mark>" in page
    assert "Line 2, column 3" in page
    assert "^^^^^^^^" in page


def test_the_clicked_form_counts_without_scripts(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    form = {
        "mode": "clicks", "g.0.joint": "all", "r.0.0.column": "spend_minor",
        "r.0.0.operator": "ge", "r.0.0.value": "99.5", "g.1.joint": "any",
        "r.1.0.column": "customer_group", "r.1.0.operator": "in", "r.1.0.value": ["D", "E"],
        "r.1.1.column": "last_day", "r.1.1.operator": "days_ge", "r.1.1.value": "-30",
    }  # fmt: skip
    page = client.get(reverse("audiences:explore"), form).content.decode()
    wanted = (
        "spend_minor &gt;= 9950 and (customer_group in (&#x27;D&#x27;, &#x27;E&#x27;)"
        " or last_day &gt;= as_of - 30)"
    )
    assert wanted in page
    added = client.get(reverse("audiences:explore"), {**form, "do": "add.1"}).content.decode()
    assert 'name="r.1.2.column"' in added
    removed = client.get(reverse("audiences:explore"), {**form, "do": "ungroup.1"})
    assert "customer_group in" not in removed.content.decode()
    typed = client.get(reverse("audiences:explore"), {**form, "do": "text"}).content.decode()
    assert "<textarea" in typed
    assert wanted in typed


def test_an_unfinished_rule_counts_for_nothing_and_says_so(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    form = {"mode": "clicks", "g.0.joint": "all", "r.0.0.column": "spend_minor",
            "r.0.0.operator": "ge", "r.0.0.value": "a lot"}  # fmt: skip
    page = as_role("marketer").get(reverse("audiences:explore"), form).content.decode()
    assert "A number." in page
    assert "23,570 customers: the whole base" in page


def test_saving_editing_restoring_makes_versions_that_the_audit_has(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    one = saved(client)
    edit = reverse("audiences:edit", args=[one.pk])
    given = {"name": "Best", "note": "", "condition": "orders >= 3", "version": 1}
    assert client.post(edit, given).status_code == 302
    # A second tab still has version 1.
    late = client.post(edit, {**given, "condition": "orders >= 4"})
    assert late.status_code == 422
    assert "Somebody changed this audience" in late.content.decode()
    one.refresh_from_db()
    assert (one.version, one.condition) == (2, "orders >= 3")
    client.post(reverse("audiences:restore", args=[one.pk]), {"version": 2, "number": 1})
    one.refresh_from_db()
    assert (one.version, one.condition) == (3, CONDITION)
    actions = list(
        AuditEntry.objects.filter(subject_kind="audience")
        .order_by("id")
        .values_list("action", flat=True)
    )
    assert actions == ["audiences.saved", "audiences.edited", "audiences.restored"]
    page = client.get(reverse("audiences:audience", args=[one.pk])).content.decode()
    assert "version 1 restored" in page
    assert "orders is at least 3" in page


def test_archiving_offers_to_undo(base: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("analyst")
    one = saved(client)
    answer = client.post(reverse("audiences:archive", args=[one.pk]), {"version": 1}, follow=True)
    assert "Undo" in answer.content.decode()
    assert not Audience.objects.filter(archived_at__isnull=True).exists()
    client.post(reverse("audiences:take-back", args=[one.pk]), {"version": 2})
    assert Audience.objects.filter(archived_at__isnull=True).exists()


def test_the_list_and_the_page_show_sizes_over_time(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("marketer")
    one = saved(client, "orders >= 2")
    job = Job.objects.get(kind="audiences.sizes")
    assert job.payload == {"audience": one.pk}
    assert "is being counted" in client.get(reverse("audiences:index")).content.decode()
    ordered = sizes.in_order(snapshots())
    assert sizes.count(one, ordered) == 2
    assert sizes.count(one, ordered) == 0
    first, last = one.sizes.order_by("as_of")
    assert first.came is None
    assert last.customers - first.customers == last.came - last.left
    listed = client.get(reverse("audiences:index")).content.decode()
    assert f"{last.customers:,}" in listed
    page = client.get(reverse("audiences:audience", args=[one.pk])).content.decode()
    assert "Since the snapshot before" in page
    assert "<svg" in page
    # A second snapshot of one day takes the place of the first: no day is told twice.
    other = AudienceSize.objects.get(pk=last.pk)
    other.pk, other.snapshot, other.customers = None, "taken-again", last.customers + 1
    other.save()
    row = queries.last_sizes([one])[one.pk]
    assert [size.customers for size in row] == [first.customers, last.customers + 1]


def test_a_column_that_went_is_said(base: Any, as_role: Callable[[str], Client]) -> None:
    client = as_role("marketer")
    one = saved(client)
    Audience.objects.filter(pk=one.pk).update(condition="stage = 'lost'", columns={"stage": "text"})
    one.refresh_from_db()
    page = client.get(reverse("audiences:audience", args=[one.pk])).content.decode()
    assert "lacks stage" in page
    assert sizes.count(one, sizes.in_order(snapshots())) == 2
    assert set(one.sizes.values_list("customers", flat=True)) == {None}
    assert "lacks stage" in client.get(reverse("audiences:index")).content.decode()
    # Its name can still be changed.
    edit = reverse("audiences:edit", args=[one.pk])
    given = {"name": "Lost", "note": "", "condition": "stage = 'lost'", "version": 1}
    assert client.post(edit, given).status_code == 302


def test_two_audiences_are_compared_and_each_part_opens(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("club_operator")
    maker = as_role("marketer")
    first, second = saved(maker, "orders >= 2", "Two"), saved(maker, "p_alive < 0.5", "Gone")
    page = client.get(
        reverse("audiences:overlap"), {"first": first.pk, "second": second.pk}
    ).content.decode()
    assert "in both" in page
    assert "Jaccard" in page
    assert "is%20not%20true" in page
    assert "<svg" in page


def test_suggestions_select_somebody_and_open(base: Any, as_role: Callable[[str], Client]) -> None:
    page = as_role("marketer").get(reverse("audiences:suggested")).content.decode()
    assert page.count("Look at them") >= 4
    assert "spent so far" in page


def test_who_slowed_beyond_chance_is_suggested_as_the_analysis_names_them(base: Any) -> None:
    from regulars_server.audiences.catalogue import newest
    from regulars_server.audiences.suggesting import suggestions

    of = newest()
    assert of is not None
    found = {one.idea.name: one for one in suggestions(of)}["slowed_beyond_chance"]
    assert found.condition == "decline_verdict = 'slowed'"
    assert found.measured.customers == base.show("decline").figures["named"]


def test_neighbours_go_from_the_most_valuable_to_the_least(
    base: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    one = saved(client, "orders >= 20")
    page = client.get(reverse("audiences:customers"), {"where": "orders >= 20"}).content.decode()
    keys = [int(key) for key in re.findall(r"Customer (\d+)</", page.replace("</a>", "</"))]
    assert len(keys) > 10
    beside = neighbours(one.pk, keys[1])
    assert beside is not None
    assert (beside.previous, beside.next, beside.place) == (keys[0], keys[2], 2)
    assert neighbours(one.pk, keys[0]).previous is None  # type: ignore[union-attr]
    assert neighbours(one.pk, 999_999_999).place is None  # type: ignore[union-attr]
    assert neighbours(999, keys[0]) is None


@pytest.mark.parametrize("role", ["auditor", "club_operator"])
def test_who_only_reads_sees_no_button_that_changes(
    role: str, base: Any, as_role: Callable[[str], Client]
) -> None:
    one = saved(as_role("marketer"))
    client = as_role(role)
    for page in (
        explore(client, CONDITION),
        client.get(reverse("audiences:audience", args=[one.pk])).content.decode(),
    ):
        for address in ("audiences:new", "audiences:export"):
            assert reverse(address) not in page
        assert "Archive<" not in page
    form = {"mode": "text", "where": "orders >= 2"}
    assert "of the base" in client.get(reverse("audiences:explore"), form).content.decode()


def test_without_a_snapshot_the_page_teaches(
    demo_workspace: Any, as_role: Callable[[str], Client]
) -> None:
    client = as_role("analyst")
    for name in ("index", "explore", "suggested", "overlap", "new", "export"):
        page = client.get(reverse(f"audiences:{name}")).content.decode()
        assert "snapshot" in page, name


def test_a_snapshot_that_cannot_be_read_is_said_in_words(
    base: Any, snapshot_root: Path, tmp_path: Path, settings: Any, as_role: Callable[[str], Client]
) -> None:
    root = tmp_path / "workspace"
    shutil.copytree(snapshot_root, root)
    for path in (root / "snapshots").rglob("*.parquet"):
        path.unlink()
    settings.REGULARS_WORKSPACE = root
    forget()
    client = as_role("marketer")
    assert client.get(reverse("audiences:index")).status_code == 200
    late = client.get(reverse("audiences:explore"))
    assert late.status_code == 503
    assert "Take another snapshot" in late.content.decode()
    chinese = client.get(reverse("audiences:explore"), HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert "快照文件无法读取" in chinese.content.decode()
