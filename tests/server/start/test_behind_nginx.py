"""The documented configuration of nginx before a running server: TLS, bodies, addresses, logs."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.start.test_serve import PROGRAM, clean, free_port
from services import REQUIRED

PAGE = Path(__file__).resolve().parents[3] / "docs/operating/server.md"
MIB = 1024 * 1024
HEAD = b"order_id,customer_id,day,amount\n"
USER = """
import django; django.setup()
from regulars_server.access.models import User
from regulars_server.access.tokens import make
from regulars_server.web.actor import system
user = User(email="boss@example.com", name="Boss", role="administrator")
user.set_password("long enough for a test 7")
user.save()
scopes = ["imports.run", "imports.read", "events.write"]
print(make(actor=system("test"), user=user, name="t", scopes=scopes, days=1)[1])
"""


@dataclass
class Site:
    """A server behind nginx: where it is, its folder, a token."""

    port: int
    folder: Path
    token: str

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        """Status, headers and body of one request over TLS."""
        trusting = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        line = http.client.HTTPSConnection("localhost", self.port, timeout=60, context=trusting)
        with closing(line):
            line.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()

    def audited(self, action: str) -> str:
        """The address that the audit has of an action."""
        with closing(sqlite3.connect(self.folder / "data/server.sqlite3")) as found:
            row = found.execute(
                "SELECT address FROM audit_auditentry WHERE action = ?", [action]
            ).fetchone()
        return str(row[0])


def configuration(folder: Path, *, tls: int, plain: int, upstream: int) -> str:
    """The page's example with files, ports and the name of this test, and nothing else changed."""
    found = re.search(r"```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    said = found[1]
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        ("/etc/ssl/private/crm.example.com.key", str(folder / "key.pem")),
        ("/etc/ssl/crm.example.com.pem", str(folder / "cert.pem")),
        ("/var/log/nginx/regulars.log", str(folder / "access.log")),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("crm.example.com", "localhost"),
    ):
        assert old in said, old
        said = said.replace(old, new)
    temporary = "\n".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Its processes read and write in this test's folder, whoever runs it.
    user = "user root;" if os.geteuid() == 0 else ""
    return (
        f"{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{temporary}\n{said}}}\n"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("openssl") is None:
        said = "nginx and openssl are not installed: the example of docs/operating was not run"
        (pytest.fail if REQUIRED else pytest.skip)(said)
    assert program
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    tls, plain, upstream = free_port(), free_port(), free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem",
         "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    (folder / "nginx.conf").write_text(
        configuration(folder, tls=tls, plain=plain, upstream=upstream)
    )
    environment = {
        **clean(), "REGULARS_DATA": str(folder / "data"), "REGULARS_TRUST_PROXY": "yes",
        "REGULARS_BIND": f"127.0.0.1:{upstream}", "REGULARS_URL": f"https://localhost:{tls}",
        "DJANGO_SETTINGS_MODULE": "regulars_server.settings.main",
    }  # fmt: skip
    running = []
    with (folder / "log").open("wb") as log:

        def start(*command: str) -> None:
            running.append(
                subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
            )

        try:
            start(*PROGRAM)
            start(program, "-p", str(folder), "-c", str(folder / "nginx.conf"))
            made = Site(tls, folder, "")
            until = time.monotonic() + 180
            while not _answers(made):
                assert all(one.poll() is None for one in running), (folder / "log").read_text()
                assert time.monotonic() < until, (folder / "log").read_text()
                time.sleep(0.3)
            told = subprocess.run(
                [sys.executable, "-c", USER], env=environment, check=True, capture_output=True,
                text=True,
            )  # fmt: skip
            made.token = told.stdout.strip().splitlines()[-1]
            yield made
        finally:
            for one in reversed(running):
                one.terminate()
                one.wait(timeout=60)


def _answers(site: Site) -> bool:
    try:
        return bool(site.ask("GET", "/health")[0] == 200)
    except OSError:
        return False


@pytest.mark.slow
def test_the_example_of_nginx_does_what_the_page_says(site: Site) -> None:
    assert site.ask("GET", "/ready")[0] == 200
    _static_files_stay(site)
    _whole_files_pass_and_other_large_bodies_do_not(site)
    _a_browser_signs_in_and_sends_a_file_in_pieces(site)
    # What a client says of its own address and protocol is not believed.
    assert site.audited("imports.begun") == "127.0.0.1"
    log = (site.folder / "access.log").read_text()
    assert '"GET /people/" 200' in log
    assert "Grimaldi" not in log


def _static_files_stay(site: Site) -> None:
    status, headers, page = site.ask("GET", "/sign-in/")
    assert status == 200
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    found = re.search(rb'href="(/static/[^"]+\.css)"', page)
    assert found
    status, headers, _body = site.ask("GET", found[1].decode(), Accept_Encoding="gzip")
    assert status == 200
    assert "immutable" in headers["Cache-Control"]


def _whole_files_pass_and_other_large_bodies_do_not(site: Site) -> None:
    rows = b"".join(b"n%07d,C-%07d,2026-03-01,10.00\n" % (n, n) for n in range(250_000))
    assert len(rows) > 7 * MIB
    mark = "boundaryboundary"
    body = b""
    for name, value in (("fact", "orders"), ("source", "shop")):
        body += (
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        )
    body += (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="o.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    ).encode()
    body += HEAD + rows + f"\r\n--{mark}--\r\n".encode()
    said = {
        "Authorization": f"Bearer {site.token}", "Idempotency_Key": "one",
        "Content_Type": f"multipart/form-data; boundary={mark}",
        "X_Forwarded_For": "6.6.6.6", "X_Forwarded_Proto": "http",
    }  # fmt: skip
    status, _headers, answer = site.ask("POST", "/api/v1/imports", body, **said)
    assert status == 202, answer
    assert json.loads(answer)["size"] == len(HEAD + rows)
    try:
        status = site.ask("POST", "/api/v1/events", b"x" * 7 * MIB, **said)[0]
    except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
        status = 413  # nginx had answered, and hung up on the rest
    assert status == 413


def _a_browser_signs_in_and_sends_a_file_in_pieces(site: Site) -> None:
    cookies: dict[str, str] = {}

    def ask(method: str, path: str, body: bytes | None = None, **more: str) -> Any:
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        origin = f"https://localhost:{site.port}"
        status, headers, answer = site.ask(
            method, path, body, Cookie=jar, Referer=f"{origin}{path}", Origin=origin,
            Host=f"localhost:{site.port}", **more,
        )  # fmt: skip
        for one in headers.get_all("Set-Cookie") or []:
            assert "Secure" in one
            name, _is, value = one.split(";")[0].partition("=")
            cookies[name] = value
        return status, headers, answer

    def token(page: bytes) -> str:
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found
        return found[1].decode()

    form = {"Content_Type": "application/x-www-form-urlencoded"}
    page = ask("GET", "/sign-in/")[2]
    secret = "long+enough+for+a+test+7"
    said = f"csrfmiddlewaretoken={token(page)}&email=boss%40example.com&password={secret}"
    status, _headers, answer = ask("POST", "/sign-in/", said.encode(), **form)
    assert status == 302, answer
    assert ask("GET", "/people/?q=Grimaldi")[0] == 200
    page = ask("GET", "/imports/")[2]
    sent = HEAD + b"p1,C-1,2026-03-01,10.00\n" * (9 * MIB // 24)
    csrf = token(page)
    said = f"csrfmiddlewaretoken={csrf}&fact=orders&source=shop&file_name=o.csv&size={len(sent)}"
    status, _headers, answer = ask("POST", "/imports/begin/", said.encode(), **form)
    assert status == 201, answer
    state = json.loads(answer)
    while state["received"] < state["size"]:
        part = sent[state["received"] : state["received"] + 4 * MIB]
        status, _headers, answer = ask(
            "POST", state["piece"], part, X_CSRFToken=csrf, X_Offset=str(state["received"]),
            X_Chunk_SHA256=hashlib.sha256(part).hexdigest(),
            Content_Type="application/octet-stream",
        )  # fmt: skip
        assert status == 200, answer
        state = json.loads(answer)
    assert ask("GET", state["page"])[0] == 200
