"""The settings that belong to no capability. A capability declares its own beside itself."""

from __future__ import annotations

from typing import Any

from regulars_server.settings import readers
from regulars_server.settings.environment import Setting

DATA = Setting(
    name="REGULARS_DATA",
    read=readers.folder,
    default="regulars-data",
    text="Folder of the server's own files: database, secret key, static files.",
)
WORKSPACE = Setting(
    name="REGULARS_WORKSPACE",
    read=readers.text,
    default="",
    shown="`workspace` in the data folder",
    text="Folder of the workspace: facts, snapshots, `regulars.toml`.",
)
DATABASE_URL = Setting(
    name="REGULARS_DATABASE_URL",
    read=readers.text,
    default="",
    shown="`server.sqlite3` in the data folder",
    text="`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`; options of the driver, such"
    " as `sslmode`, follow a `?`.",
    secret=True,
)
SECRET_KEY = Setting(
    name="REGULARS_SECRET_KEY",
    read=readers.secret(32),
    default="",
    shown="made at the first start, kept in the data folder",
    text="Signs sessions and links. Whoever has it can sign in as anybody.",
    secret=True,
)
URL = Setting(
    name="REGULARS_URL",
    read=readers.web_url,
    default="http://127.0.0.1:8000",
    text="The address that people type. Other host names are refused. `https` turns on secure"
    " cookies and HSTS; plain `http` is for this machine alone.",
)
TRUST_PROXY = Setting(
    name="REGULARS_TRUST_PROXY",
    read=readers.yes_or_no,
    default="no",
    text="`yes` behind a reverse proxy that sets `X-Forwarded-For` and `X-Forwarded-Proto` itself."
    " Without one, anybody could forge the address in the audit.",
)
BIND = Setting(
    name="REGULARS_BIND",
    read=readers.address,
    default="127.0.0.1:8000",
    text="Host and port to listen on.",
)
WEB_PROCESSES = Setting(
    name="REGULARS_WEB_PROCESSES",
    read=readers.whole(1, 64),
    default="1",
    text="Web processes. Each holds its own analyses in memory.",
)
WEB_THREADS = Setting(
    name="REGULARS_WEB_THREADS",
    read=readers.whole(1, 128),
    default="8",
    text="Threads a web process.",
)
LANGUAGE = Setting(
    name="REGULARS_LANGUAGE",
    read=readers.one_of("en", "zh-hans"),
    default="en",
    text="Language where neither the user nor the browser asks for one: `en` or `zh-hans`.",
)
LOG_FORMAT = Setting(
    name="REGULARS_LOG_FORMAT",
    read=readers.one_of("json", "text"),
    default="json",
    text="`json`: one object a line. `text`: for reading on a terminal.",
)
LOG_LEVEL = Setting(
    name="REGULARS_LOG_LEVEL",
    read=readers.one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    default="INFO",
    text="`DEBUG`, `INFO`, `WARNING` or `ERROR`.",
)
METRICS_TOKEN = Setting(
    name="REGULARS_METRICS_TOKEN",
    read=readers.secret(16),
    default="",
    shown="none: `/metrics` is not there",
    text="What Prometheus sends as a bearer token to read `/metrics`; 16 characters or more.",
    secret=True,
)

DECLARED: tuple[Setting[Any], ...] = (
    DATA,
    WORKSPACE,
    DATABASE_URL,
    SECRET_KEY,
    URL,
    TRUST_PROXY,
    BIND,
    WEB_PROCESSES,
    WEB_THREADS,
    LANGUAGE,
    LOG_FORMAT,
    LOG_LEVEL,
    METRICS_TOKEN,
)
