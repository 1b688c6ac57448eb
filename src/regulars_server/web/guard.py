"""Asks before each view whether this user may call it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

from regulars_server.errors import NotAllowed, NotSignedIn, problem
from regulars_server.web.access import check, declared, is_api
from regulars_server.web.problems import answer


class AccessMiddleware:
    """Asks before each view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        access = declared(view)
        if access is None:
            if is_api(request.resolver_match):
                return None
            raise ImproperlyConfigured(f"{view} does not declare who may call it")
        if not access.signed_in:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if request.user.must_set_up_second_factor and not access.first_steps:
            return redirect("access:second-factor")
        try:
            if access.permission is not None:
                check(request.user, access.permission)
        except NotAllowed as error:
            return answer(request, problem(error))
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if getattr(request, "htmx", False):
        return answer(request, problem(NotSignedIn()))
    back = request.get_full_path() if request.method == "GET" and request.path != "/" else ""
    query = f"?{urlencode({'next': back})}" if back else ""
    return redirect(f"{resolve_url('access:sign-in')}{query}")
