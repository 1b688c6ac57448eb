"""The server's own settings, with what makes tests quick."""

from __future__ import annotations

from regulars_server.settings.main import *  # noqa: F403

# The real hasher takes a tenth of a second for each sign-in, on purpose; tests/server/access
# checks that it is the one in use.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [  # its folder is filled at a real start
    name
    for name in MIDDLEWARE  # noqa: F405
    if "whitenoise" not in name
]
