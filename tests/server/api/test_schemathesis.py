"""Made-up requests of every form on the real app: no fault of the server, and answers as described.

Schemathesis makes them from the description. A longer run: ``pytest -m slow tests/server/api``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from regulars_server.access import tokens
from regulars_server.access.models import ApiToken, User
from regulars_server.api import rates
from regulars_server.api.main import API
from regulars_server.wsgi import application
from server.people import actor, make_user

import regulars_server.urls  # noqa: F401  # isort: skip  # binds the API

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMA = schemathesis.openapi.from_dict(
    json.loads(json.dumps(API.get_openapi_schema(), default=str))
)
SCHEMA.app = application
checks.load_all_checks()
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
CHECKS: list[Any] = [
    checks.not_a_server_error,
    checks.CHECKS.get_one("status_code_conformance"),
    checks.CHECKS.get_one("content_type_conformance"),
    checks.CHECKS.get_one("response_schema_conformance"),
    checks.CHECKS.get_one("response_headers_conformance"),
]


def walk(operation: Any, examples: int, settings_: Any) -> None:
    """So many made-up requests to one operation, by somebody who may do everything."""
    settings_.REGULARS_API_TOKEN_PER_MINUTE = settings_.REGULARS_API_USER_PER_MINUTE = 1_000_000
    settings_.REGULARS_ANSWER_WAIT_SECONDS = 0
    rates.forget_all()
    boss = make_user("administrator")
    _made, secret = tokens.make(
        actor=actor(boss), user=boss, name="t", scopes=sorted(boss.permissions), days=1
    )

    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {secret}"}
        case.cookies = {}
        response = case.call()
        case.validate_response(response, checks=CHECKS)

    ask()
    assert User.objects.filter(pk=boss.pk).exists()
    assert ApiToken.objects.filter(user=boss).exists()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_a_few_made_up_requests(operation: Any, shop: Any, settings: Any) -> None:
    walk(operation, 8, settings)


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_many_made_up_requests(operation: Any, shop: Any, settings: Any) -> None:
    shop.analyse()
    walk(operation, 300, settings)
