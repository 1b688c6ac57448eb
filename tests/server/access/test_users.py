"""Users: invited, given a role, disabled; two who edit one user; the last administrator."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django_otp.plugins.otp_totp.models import TOTPDevice

from regulars_server.access import users
from regulars_server.access.models import User
from regulars_server.audit.models import AuditEntry
from regulars_server.errors import Conflict
from regulars_server.roles import Role
from server.people import PASSWORD, Client, actor, make_user


@pytest.mark.django_db
def test_an_invited_user_sets_a_password_by_the_link_once(as_role: Callable[[str], Client]) -> None:
    response = as_role("administrator").post(
        "/users/invite/", {"name": "李娜", "email": "na@example.com", "role": "marketer"}
    )
    found = re.search(r"http://127.0.0.1:8000(/welcome/[^<]+/)</code>", response.content.decode())
    assert found
    guest = Client()
    assert "李娜" in guest.get(found[1]).content.decode()
    assert guest.post(found[1], {"password": "short"}).status_code == 422
    assert guest.post(found[1], {"password": PASSWORD}).status_code == 302
    assert guest.get(found[1]).status_code == 404, "a link works once"
    signed_in = guest.post("/sign-in/", {"email": "na@example.com", "password": PASSWORD})
    assert signed_in.status_code == 302
    assert list(AuditEntry.objects.order_by("id").values_list("action", "user__email"))[1] == (
        "access.password_set",
        "na@example.com",
    )


@pytest.mark.django_db
def test_an_address_can_be_used_once_whatever_its_case(as_role: Callable[[str], Client]) -> None:
    make_user(email="na@example.com")
    response = as_role("administrator").post(
        "/users/invite/", {"name": "B", "email": "NA@example.com", "role": "analyst"}
    )
    assert response.status_code == 422
    assert "already" in response.content.decode()


@pytest.mark.django_db
def test_a_change_of_role_holds_at_once_and_is_audited(as_role: Callable[[str], Client]) -> None:
    user = make_user("auditor")
    other = Client().sign_in(user)
    assert other.get("/audit/").status_code == 200
    boss = as_role("administrator")
    given = {"role": "marketer", "version": user.version}
    assert boss.post(f"/users/{user.pk}/role/", given).status_code == 302
    assert other.get("/audit/").status_code == 403
    entry = AuditEntry.objects.get(action="access.role_set")
    assert (entry.before, entry.after) == ({"role": "auditor"}, {"role": "marketer"})
    assert (entry.user, entry.address, entry.subject_id) == (boss.user, "127.0.0.1", str(user.pk))


@pytest.mark.django_db
def test_an_unlocked_screen_does_not_give_the_administrators_account_away(
    as_role: Callable[[str], Client],
) -> None:
    """One's own password and second factor are changed by whoever knows the password."""
    boss = as_role("administrator")
    TOTPDevice.objects.create(user=boss.user, confirmed=True)
    for what in ("link", "second-factor"):
        answer = boss.post(f"/users/{boss.user.pk}/{what}/")
        assert answer.status_code == 409
        assert "under My account" in answer.content.decode()
    assert TOTPDevice.objects.filter(user=boss.user).exists()
    page = boss.get(f"/users/{boss.user.pk}/").content.decode()
    assert f"/users/{boss.user.pk}/link/" not in page
    assert boss.post(f"/users/{make_user().pk}/link/").status_code == 200


@pytest.mark.django_db
def test_of_two_tabs_that_edit_one_user_the_second_is_told(
    as_role: Callable[[str], Client],
) -> None:
    user, boss = make_user(), as_role("administrator")
    first = {"role": "marketer", "version": user.version}
    second = {"role": "auditor", "version": user.version}
    assert boss.post(f"/users/{user.pk}/role/", first).status_code == 302
    assert boss.post(f"/users/{user.pk}/role/", second).status_code == 409
    user.refresh_from_db()
    assert user.role == "marketer"


@pytest.mark.django_db
def test_the_last_administrator_stays(as_role: Callable[[str], Client]) -> None:
    boss = as_role("administrator")
    assert boss.user is not None
    address = f"/users/{boss.user.pk}"
    given: dict[str, Any] = {"version": boss.user.version}
    assert boss.post(f"{address}/role/", {**given, "role": "analyst"}).status_code == 409
    assert boss.post(f"{address}/active/", {**given, "active": "no"}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_take_the_right_from_each_other_at_once() -> None:
    both = [make_user("administrator"), make_user("administrator")]
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def demote(by: User, whom: User) -> None:
        try:
            together.wait()
            users.set_role(
                actor=actor(by), user_id=whom.pk, role=Role.ANALYST, version=whom.version
            )
            outcomes.append("done")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    pairs = [(both[0], both[1]), (both[1], both[0])]
    threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert User.objects.filter(role="administrator").count() == 1


@pytest.mark.django_db
def test_a_lost_second_factor_is_taken_away_by_an_administrator(
    as_role: Callable[[str], Client],
) -> None:
    from server.access.test_sign_in import with_second_factor

    user = make_user()
    with_second_factor(user)
    as_role("administrator").post(f"/users/{user.pk}/second-factor/")
    assert not User.objects.get(pk=user.pk).has_second_factor
    assert AuditEntry.objects.filter(action="access.second_factor_off").count() == 1


@pytest.mark.django_db
def test_a_name_that_is_a_script_is_shown_as_text(as_role: Callable[[str], Client]) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    user = make_user(name=evil[:120])
    boss = as_role("administrator")
    pages = ["/users/", f"/users/{user.pk}/", "/audit/"]
    users.set_role(actor=actor(user), user_id=user.pk, role=Role.AUDITOR, version=1)
    for page in pages:
        text = boss.get(page).content.decode()
        assert "&lt;script&gt;alert(1)" in text, page
        assert "<script>alert" not in text, page
        assert "<img" not in text, page
