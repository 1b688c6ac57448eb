"""Services that some tests need: a PostgreSQL server, Spark, ClickHouse, Chromium.

On a user's machine a missing service is a skip that says what to install. Where
``REGULARS_REQUIRE_SERVICES=1`` (our CI) it is a failure, so that nothing goes untested unseen.
"""

from __future__ import annotations

import contextlib
import glob
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REQUIRED = os.environ.get("REGULARS_REQUIRE_SERVICES") == "1"


def missing(what: str, *, install: str) -> None:
    """Skip the test in words, or fail it where services are required."""
    message = f"{what} is not here; to run this test: {install}"
    if REQUIRED:
        pytest.fail(message)
    pytest.skip(message)


def postgres_programs() -> Path | None:
    """The folder of initdb and postgres: on PATH, or Debian's, the newest version first."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(
        (Path(path).parent for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")),
        key=lambda folder: float(folder.parent.name),
    )
    return folders[-1] if folders else None


def _as_server_user() -> list[str]:
    """PostgreSQL refuses to run as root: step down to the user that Debian's package made."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres_server(programs: Path) -> Iterator[str]:
    """Start a server of our own on a temporary folder; yield its URL; end it and it alone."""
    step_down = _as_server_user()
    # Directly under /tmp: pytest's own folders are closed to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="regulars-pg-", dir="/tmp"))
    try:
        if step_down:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data, port = folder / "data", _free_port()
        _run(
            *step_down, str(programs / "initdb"), "-D", str(data), "-U", "regulars",
            "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", cwd=folder,
        )  # fmt: skip
        settings = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        )
        control = [*step_down, str(programs / "pg_ctl"), "-D", str(data), "-w"]
        _run(*control, "-o", settings, "-l", str(folder / "log"), "start", cwd=folder)
        try:
            yield f"postgresql://regulars@127.0.0.1:{port}/postgres"
        finally:
            _run(*control, "-m", "immediate", "stop", cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str, cwd: Path) -> None:
    done = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        pytest.fail(f"{command[0]} … ended with {done.returncode}:\n{done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of an empty database on a server that this session started and ends."""
    programs = postgres_programs()
    if programs is None:
        missing("PostgreSQL", install="apt-get install postgresql")
        return
    if os.geteuid() == 0 and not _user_exists("postgres"):
        missing("the user postgres", install="apt-get install postgresql, or do not run as root")
    with postgres_server(programs) as url:
        yield url


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


# On a few hundred rows Spark's time goes into starting tasks and compiling code for each stage.
SPARK_DEFAULTS = """
spark.sql.shuffle.partitions 2
spark.sql.codegen.wholeStage false
spark.ui.showConsoleProgress false
"""


@pytest.fixture(scope="session")
def spark_session_available(tmp_path_factory: pytest.TempPathFactory) -> bool:
    """True when PySpark and a Java are here; else the test is skipped, or fails in CI."""
    settings = tmp_path_factory.mktemp("spark-settings")
    (settings / "spark-defaults.conf").write_text(SPARK_DEFAULTS)
    os.environ.setdefault("SPARK_CONF_DIR", str(settings))
    if importlib.util.find_spec("pyspark") is None:
        missing("PySpark", install="make test-full, or pip install 'regulars[spark]'")
    java = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (java and Path(java, "bin", "java").exists()):
        missing("Java 17", install="apt-get install openjdk-17-jre-headless")
    return True


@pytest.fixture(scope="session")
def clickhouse_available() -> bool:
    """True when chdb, which carries ClickHouse, is here."""
    if importlib.util.find_spec("chdb") is None:
        missing("ClickHouse", install="make test-full, or pip install 'regulars[clickhouse]'")
    return True


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium that can draw a page without a screen."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    missing("Chromium", install="apt-get install chromium fonts-noto-cjk")
    raise AssertionError("unreachable: missing() skips or fails")
