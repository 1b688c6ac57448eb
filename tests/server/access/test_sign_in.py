"""Signing in: password, second factor, limits, expiry."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from regulars_server.access import second_factor
from regulars_server.access.models import RecoveryCode, User
from regulars_server.audit.models import AuditEntry
from server.jobs import Doing
from server.people import PASSWORD, Client, actor, make_user

pytestmark = pytest.mark.django_db


def code_of(user: User, *, confirmed: bool = True) -> str:
    """What the user's app shows."""
    device = TOTPDevice.objects.get(user=user, confirmed=confirmed)
    return f"{TOTP(device.bin_key, device.step, device.t0, device.digits).token():06d}"


def with_second_factor(user: User) -> list[str]:
    """Turn it on as the page does; returns the recovery codes."""
    second_factor.begin(user=user)
    codes = second_factor.confirm(actor=actor(user), user=user, code=code_of(user, confirmed=False))
    # The code of this half minute is spent by that; pretend that it was another one.
    TOTPDevice.objects.filter(user=user).update(last_t=-1)
    return codes


def give(client: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/sign-in/", {"email": user.email, "password": password, **more})


def test_e_mail_in_any_case_and_the_password_open_a_session(client: Client) -> None:
    user = make_user()
    response = client.post("/sign-in/", {"email": user.email.upper(), "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/account/").status_code == 200


def test_what_was_wrong_is_not_told(client: Client) -> None:
    user = make_user()
    wrong = give(client, user, "another")
    unknown = client.post("/sign-in/", {"email": "nobody@example.com", "password": "another"})
    assert wrong.status_code == unknown.status_code == 422
    for response in (wrong, unknown):
        assert "E-mail or password is wrong." in response.content.decode()
    assert client.get("/account/").status_code == 302


def test_a_disabled_user_cannot_sign_in_and_an_open_session_ends(client: Client) -> None:
    user = make_user()
    give(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302
    assert give(Client(), user).status_code == 422


def test_guessing_one_account_is_stopped_even_with_the_right_password(client: Client) -> None:
    user = make_user()
    assert {give(Client(), user, f"guess {i}").status_code for i in range(8)} == {422}
    refused = give(client, user)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 15 * 60
    assert give(Client(), make_user()).status_code == 302, "others are not stopped"


def test_guessing_many_accounts_from_one_address_is_stopped(client: Client) -> None:
    user = make_user()
    for i in range(40):
        client.post("/sign-in/", {"email": f"guess{i}@example.com", "password": "x"})
    assert give(client, user).status_code == 429


def test_success_forgets_the_failures_of_the_account() -> None:
    user = make_user()
    for _ in range(3):
        for i in range(6):
            give(Client(), user, f"guess {i}")
        assert give(Client(), user).status_code == 302


def test_the_user_goes_on_where_they_wanted_but_never_elsewhere(client: Client) -> None:
    user = make_user()
    assert give(client, user, next="/account/password/")["Location"] == "/account/password/"
    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert give(Client(), user, next=evil)["Location"] == "/"


def test_with_a_second_factor_the_password_alone_opens_nothing(client: Client) -> None:
    user = make_user()
    with_second_factor(user)
    assert give(client, user)["Location"] == "/sign-in/code/"
    assert client.get("/account/").status_code == 302
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    TOTPDevice.objects.filter(user=user).update(throttling_failure_timestamp=None)
    assert client.post("/sign-in/code/", {"code": code_of(user)})["Location"] == "/"
    assert client.get("/account/").status_code == 200


def test_a_code_serves_once(client: Client) -> None:
    user = make_user()
    with_second_factor(user)
    code = code_of(user)
    give(client, user)
    assert client.post("/sign-in/code/", {"code": code}).status_code == 302
    other = Client()
    give(other, user)
    assert other.post("/sign-in/code/", {"code": code}).status_code == 422


def test_a_recovery_code_serves_once_and_is_audited(client: Client) -> None:
    user = make_user()
    codes = with_second_factor(user)
    assert len(set(codes)) == 10
    give(client, user)
    assert (
        client.post("/sign-in/code/", {"code": codes[0].upper().replace("-", " ")}).status_code
        == 302
    )
    assert AuditEntry.objects.filter(action="access.code_spent", user=user).count() == 1
    other = Client()
    give(other, user)
    assert other.post("/sign-in/code/", {"code": codes[0]}).status_code == 422
    assert RecoveryCode.objects.filter(user=user).count() == 9
    assert not RecoveryCode.objects.filter(digest__in=codes).exists(), "kept as hashes only"


def test_guessing_codes_is_stopped(client: Client) -> None:
    user = make_user()
    with_second_factor(user)
    give(client, user)
    answers = [client.post("/sign-in/code/", {"code": "123456"}).status_code for _ in range(7)]
    assert answers == [422] * 6 + [429]


def test_the_password_is_good_for_the_code_for_ten_minutes(client: Client) -> None:
    user = make_user()
    with_second_factor(user)
    give(client, user)
    session = client.session
    session["pending"] = {"user": user.pk, "at": int(time.time()) - 601}
    session.save()
    response = client.post("/sign-in/code/", {"code": code_of(user)})
    assert response["Location"] == "/sign-in/"


@pytest.mark.parametrize(("begun", "seen"), [(13 * 3600, 10), (3600 + 61, 3600 + 1)])
def test_a_session_ends_after_a_day_or_a_while_away(client: Client, begun: int, seen: int) -> None:
    client.sign_in(make_user())
    session = client.session
    now = int(time.time())
    session["begun_at"], session["seen_at"] = now - begun, now - seen
    session.save()
    assert client.get("/account/").status_code == 302


def test_a_new_password_ends_the_other_sessions(client: Client) -> None:
    user = make_user()
    other = Client().sign_in(user)
    client.sign_in(user)
    new = "quite another walk 77"
    response = client.post("/account/password/", {"current": PASSWORD, "password": new})
    assert response.status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert give(Client(), user, new).status_code == 302


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012"])
def test_a_weak_password_is_refused_in_words(client: Client, password: str) -> None:
    client.sign_in(make_user())
    response = client.post("/account/password/", {"current": PASSWORD, "password": password})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()


def test_a_second_factor_that_is_required_comes_before_all_else(
    client: Client, settings: Any
) -> None:
    settings.REGULARS_SECOND_FACTOR = "required"
    user = make_user("administrator")
    client.sign_in(user)
    for page in ("/", "/users/", "/account/", "/api/v1/docs"):
        assert client.get(page)["Location"] == "/account/second-factor/", page
    assert client.get("/api/v1/me").status_code == 403
    page = client.get("/account/second-factor/").content.decode()
    assert "<svg" in page
    assert "data:" not in page
    response = client.post("/account/second-factor/", {"code": code_of(user, confirmed=False)})
    assert "<code>" in response.content.decode()
    assert client.get("/users/").status_code == 200


def test_signing_out_needs_a_post_and_ends_the_session(client: Client) -> None:
    client.sign_in(make_user())
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/account/").status_code == 302


def test_a_form_from_elsewhere_is_refused() -> None:
    user = make_user()
    strict = Client(enforce_csrf_checks=True).sign_in(user)
    assert strict.post("/sign-out/").status_code == 403
    assert strict.get("/account/").status_code == 200


def test_passwords_are_hashed_slowly_outside_of_tests() -> None:
    from regulars_server.settings import main

    assert main.PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")


def test_a_page_that_polls_keeps_nobody_signed_in(client: Client) -> None:
    client.sign_in(make_user())

    def away(seconds: int) -> None:
        session = client.session
        session["seen_at"] = int(time.time()) - seconds
        session.save()

    away(3000)
    assert client.get("/jobs/", HTTP_X_POLL="yes", HTTP_HX_REQUEST="true").status_code == 200
    assert client.session["seen_at"] <= time.time() - 3000
    away(3601)
    assert client.get("/jobs/", HTTP_X_POLL="yes", HTTP_HX_REQUEST="true").status_code == 401
    client.sign_in(client.user or make_user())
    away(3000)
    client.get("/jobs/")  # somebody looks
    assert client.session["seen_at"] > time.time() - 10


def test_what_polls_says_so() -> None:
    """Every element that asks again by itself carries the header that is no use of a session."""
    from pathlib import Path

    import regulars_server

    found = 0
    for file in Path(regulars_server.__file__).parent.glob("*/templates/**/*.html"):
        for part in file.read_text(encoding="utf-8").split("<"):
            if 'hx-trigger="every' in part:
                found += 1
                assert """hx-headers='{"X-Poll": "yes"}'""" in part, file
    assert found >= 3


def test_the_job_removes_ended_sessions_and_old_counts(client: Client) -> None:
    import datetime as dt

    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from regulars_server.access.tidying import tidy

    client.sign_in(make_user())
    Client().sign_in(make_user())
    Session.objects.filter(pk=client.session.session_key).update(
        expire_date=timezone.now() - dt.timedelta(days=1)
    )
    assert tidy(Doing()) == {"sessions": 1, "counts": 0}
    assert Session.objects.count() == 1
