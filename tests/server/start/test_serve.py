"""`regulars serve`, as somebody starts it: from nothing to a signed-in administrator, and down."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = (sys.executable, "-m", "regulars.cli", "serve")


def clean() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("REGULARS_", "DJANGO_"))}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path, str]]:
    """A server that was started from nothing: its port, its folder, what the terminal said."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*PROGRAM, "--data", str(folder / "data"), "--bind", f"127.0.0.1:{port}"],
            env=clean(), stdout=out, stderr=subprocess.STDOUT, cwd=folder,
        )  # fmt: skip
    try:
        until = time.monotonic() + 120
        while "first-run" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield port, folder, log.read_text()
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)
    assert code == 0
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def get(port: int, path: str) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.getheaders())


def test_the_terminal_shows_the_address_with_the_token(served: tuple[int, Path, str]) -> None:
    port, _folder, said = served
    found = re.search(rf"http://127.0.0.1:{port}(/first-run/\?token=\S+)", said)
    assert found
    status, page, _headers = get(port, found[1])
    assert status == 200
    assert found[1].split("=")[1] in page


def test_it_is_ready_on_the_shipped_demo(served: tuple[int, Path, str]) -> None:
    port, folder, _said = served
    assert get(port, "/ready")[0] == 200
    assert (folder / "data/workspace/regulars.toml").is_file()
    assert (folder / "data/server.sqlite3").is_file()


def test_static_files_have_their_hash_and_stay_for_good(served: tuple[int, Path, str]) -> None:
    port = served[0]
    page = get(port, "/first-run/")[1]
    sheets = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(sheets) >= 4
    for sheet in sheets:
        status, _body, headers = get(port, sheet)
        assert status == 200
        assert "immutable" in headers["Cache-Control"], sheet
        assert re.search(r"\.[0-9a-f]{12}\.", sheet)


def test_the_scripts_of_charts_are_there(served: tuple[int, Path, str]) -> None:
    _port, folder, _said = served
    bundles = list((folder / "data/static/regulars").glob("vega.*.js"))
    assert bundles
    assert "vegaEmbed" in bundles[0].read_text(encoding="utf-8")


def test_nothing_secret_can_be_read_by_others(served: tuple[int, Path, str]) -> None:
    data = served[1] / "data"
    assert data.stat().st_mode & 0o077 == 0
    assert (data / "secret-key").stat().st_mode & 0o077 == 0


def test_the_log_tells_no_address(served: tuple[int, Path, str]) -> None:
    port, folder, _said = served
    get(port, "/first-run/?token=planted-token")
    time.sleep(0.2)
    assert "planted-token" not in (folder / "log").read_text()


def test_wrong_settings_are_told_all_at_once_and_nothing_starts(tmp_path: Path) -> None:
    wrong = {"REGULARS_WEB_THREADS": "many", "REGULARS_URL": "http://crm.example.com"}
    done = subprocess.run(
        [*PROGRAM, "--data", str(tmp_path / "data")], env={**clean(), **wrong},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "REGULARS_WEB_THREADS: 'many' is no whole number" in done.stderr
    assert "REGULARS_URL: 'http://crm.example.com' is not https" in done.stderr
    assert not (tmp_path / "data").exists()


def test_what_forks_the_web_has_loaded_no_engine() -> None:
    code = (
        "import sys, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'regulars_server.settings.main';"
        "import regulars_server.settings.main; from regulars_server.start.web import Web; Web();"
        "print([m for m in ('duckdb', 'deltalake', 'numpy', 'vl_convert') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean(), capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
