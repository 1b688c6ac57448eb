"""Django's settings, made from the declared ones. Importing this module reads the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from regulars_server.capability import capabilities
from regulars_server.settings.database import database
from regulars_server.settings.declared import DECLARED
from regulars_server.settings.environment import Setting, SettingsError, read_all
from regulars_server.settings.installed import CAPABILITIES
from regulars_server.settings.logs import logging
from regulars_server.settings.secret_key import kept


def every_setting() -> list[Setting[Any]]:
    """Those of the server, then those of each capability."""
    return [*DECLARED, *(setting for one in capabilities() for setting in one.settings)]


_values = read_all(every_setting(), os.environ)
globals().update(_values)  # each under its own name, which is where Setting.value looks

_data: Path = _values["REGULARS_DATA"]
REGULARS_WORKSPACE = Path(_values["REGULARS_WORKSPACE"] or _data / "workspace").absolute()
SECRET_KEY = _values["REGULARS_SECRET_KEY"] or kept(_data / "secret-key")
try:
    DATABASES = {
        "default": database(
            _values["REGULARS_DATABASE_URL"] or f"sqlite:///{_data / 'server.sqlite3'}"
        )
    }
except ValueError as _error:
    raise SettingsError(f"The settings are wrong:\n  REGULARS_DATABASE_URL: {_error}") from _error

DEBUG = False  # its pages would show settings and people's data
ROOT_URLCONF = "regulars_server.urls"
WSGI_APPLICATION = "regulars_server.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    *CAPABILITIES,  # first: their templates and words stand above those of others
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
]
MIDDLEWARE = [
    "regulars_server.web.requests.RequestMiddleware",
    "regulars_server.web.headers.HeadersMiddleware",
    "regulars_server.api.rates.RateMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "regulars_server.web.sessions.SessionAgeMiddleware",
    "regulars_server.web.language.UserLanguageMiddleware",
    "regulars_server.web.zone.ZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "regulars_server.web.problems.ProblemMiddleware",
    "regulars_server.web.guard.AccessMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "regulars_server.console.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "regulars_server.console.forms.ConsoleRenderer"

# Who signs in.
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "access:sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
]
OTP_TOTP_ISSUER = "Regulars"
OTP_TOTP_THROTTLE_FACTOR = 1
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # of an invitation, too

# What the browser is told. The content security policy stands in web.headers.
_url = urlsplit(_values["REGULARS_URL"])
_secure = _url.scheme == "https"
ALLOWED_HOSTS = [_url.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [_values["REGULARS_URL"]]
CSRF_FAILURE_VIEW = "regulars_server.web.problems.csrf_failure"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "__Host-session" if _secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _secure else "csrf"
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if _values["REGULARS_TRUST_PROXY"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = [
    "regulars_server.imports.receiving.Limit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Files that never change under their name: hashed at the start, kept by the browser for good.
STATIC_URL = "/static/"
STATIC_ROOT = _data / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "regulars_server.console.charts.ChartsFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    }
}

# Language and time. Instants are kept in UTC; a page shows them in the workspace's zone.
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = _values["REGULARS_LANGUAGE"]
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LANGUAGE_COOKIE_NAME = "language"

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging(_values["REGULARS_LOG_FORMAT"], _values["REGULARS_LOG_LEVEL"])
