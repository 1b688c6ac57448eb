"""Users of tests, and a client that signs in as they do."""

from __future__ import annotations

import itertools
from typing import Any

from django.test import Client as DjangoClient

from regulars_server.access.models import User
from regulars_server.web.actor import Actor

PASSWORD = "a long walk by the sea 42"
_numbers = itertools.count(1)


def make_user(role: str = "analyst", **fields: Any) -> User:
    """A user of this role who can sign in with `PASSWORD`."""
    number = next(_numbers)
    given = {"email": f"{role}{number}@example.com", "name": f"{role} {number}", **fields}
    user = User(role=role, **given)
    user.set_password(PASSWORD)
    user.save()
    return user


def actor(user: User) -> Actor:
    """This user, at the console."""
    return Actor(user_id=user.pk, via="session", address="192.0.2.7", request_id="test")


class Client(DjangoClient):
    """Django's client, with CSRF checked where a test asks for it."""

    user: User | None = None

    def sign_in(self, user: User) -> Client:
        """A session as the sign-in page opens it."""
        import time

        self.force_login(user)
        session = self.session
        session["begun_at"] = session["seen_at"] = int(time.time())
        session.save()
        self.user = user
        return self

    def with_token(self, secret: str) -> Client:
        """Requests carry this API token."""
        self.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return self
