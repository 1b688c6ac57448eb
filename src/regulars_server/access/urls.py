"""Addresses of sign-in and users."""

from __future__ import annotations

from django.urls import path

from regulars_server.access.views import account, administration, entry, tokens

app_name = "access"
urlpatterns = [
    path("first-run/", entry.first_run, name="first-run"),
    path("sign-in/", entry.enter, name="sign-in"),
    path("sign-in/code/", entry.code, name="code"),
    path("sign-out/", entry.leave, name="sign-out"),
    path("welcome/<str:uid>/<str:key>/", entry.welcome, name="welcome"),
    path("language/", account.language, name="language"),
    path("account/", account.index, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/second-factor/", account.set_up, name="second-factor"),
    path("account/second-factor/codes/", account.codes, name="codes"),
    path("account/second-factor/off/", account.turn_off, name="second-factor-off"),
    path("users/", administration.index, name="users"),
    path("users/roles/", administration.roles, name="roles"),
    path("users/invite/", administration.invite, name="invite"),
    path("users/<int:user_id>/", administration.user, name="user"),
    path("users/<int:user_id>/role/", administration.role, name="user-role"),
    path("users/<int:user_id>/active/", administration.active, name="user-active"),
    path("users/<int:user_id>/second-factor/", administration.reset_factor, name="user-factor"),
    path("users/<int:user_id>/link/", administration.link, name="user-link"),
    path("tokens/", tokens.index, name="tokens"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="token-revoke"),
]
