"""The server's tests: each that asks for the database runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.settings_of_tests import settle

# Before Django is set up: a folder and a key of our own, and nothing of the developer's.
settle(Path(tempfile.mkdtemp(prefix="regulars-server-tests-")))

import django  # noqa: E402

from regulars_server.words import compile_all  # noqa: E402

compile_all()

if "DJANGO_SETTINGS_MODULE" in os.environ:
    pytest.exit("Unset DJANGO_SETTINGS_MODULE: these tests have settings of their own.", 2)
os.environ["DJANGO_SETTINGS_MODULE"] = "server.django_settings"
django.setup()
# The processes of xdist would inherit it, and be set up on our folder before they make their own.
del os.environ["DJANGO_SETTINGS_MODULE"]

from server.people import PASSWORD, Client, make_user  # noqa: E402

__all__ = ["PASSWORD"]
STORES = ("sqlite", "postgres")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    asks = metafunc.definition.get_closest_marker("django_db") or "db" in metafunc.fixturenames
    if asks and "store" not in metafunc.fixturenames:
        metafunc.fixturenames.insert(0, "store")
    if "store" in metafunc.fixturenames:
        # A module names what it runs on by default; on the others it is slow.
        default = getattr(metafunc.module, "STORES", STORES)
        stores = [s if s in default else pytest.param(s, marks=pytest.mark.slow) for s in STORES]
        metafunc.parametrize("store", stores, indirect=True, scope="session")


@pytest.fixture(scope="session")
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Which database this part of the run is on: Django is pointed at it."""
    from django.db import connections

    from regulars_server.settings.database import database

    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'server.sqlite3'}"
    described = database(url)
    if request.param == "sqlite":
        # A file, as in use: an in-memory database has neither WAL nor a second connection.
        described["TEST"] = {"NAME": described["NAME"] + ".test"}
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = connections.configure_settings({"default": described})[
        "default"
    ]
    return str(request.param)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, store: str, django_db_blocker: Any
) -> Iterator[None]:
    """An empty database with all migrations, once for each store."""
    from django.db import connections

    # Held, not looked up again: after Playwright's loop the look-up finds an older one.
    connection = connections["default"]
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(name, verbosity=0)


@pytest.fixture
def people(db: None) -> Callable[..., Any]:
    """Makes a user of a role: ``people("auditor")``."""
    return make_user


@pytest.fixture
def as_role(db: None) -> Callable[[str], Client]:
    """A client that is signed in with a role: ``as_role("analyst").get("/")``."""

    def signed_in(role: str) -> Client:
        client = Client()
        client.sign_in(make_user(role))
        return client

    return signed_in


@pytest.fixture
def client(db: None) -> Client:
    """A client that nobody has signed in with."""
    return Client()


@pytest.fixture(scope="session")
def demo_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped demo, made once for the run as a first start makes it."""
    from regulars_server.console.demo import make

    root = tmp_path_factory.mktemp("demo") / "workspace"
    make(root)
    return root


@pytest.fixture
def demo_workspace(demo_root: Path, settings: Any) -> Iterator[Path]:
    """The server stands on the shipped demo, which other tests read too: copy it to change it."""
    settings.REGULARS_WORKSPACE = demo_root
    before = shared_state(demo_root)
    yield demo_root
    assert shared_state(demo_root) == before, "this test changed what others read"


def shared_state(root: Path) -> list[str]:
    """What other tests of the run rely on: the versions of the facts, and the snapshots."""
    parts = (root / "facts" / "versions", root / "snapshots")
    return sorted(str(file) for part in parts for file in part.glob("*"))


@pytest.fixture
def shop(db: None, tmp_path: Path, settings: Any) -> Iterator[Any]:
    """The server stands on a small workspace of people; see `server.shop`."""
    from server.shop import served

    with served(tmp_path, settings) as ws:
        yield ws


@pytest.fixture
def children(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a customer's page asks a child for, within this process; nothing was read before."""
    from regulars_server.analyses import asking
    from server.analyses.conftest import Within

    settings.REGULARS_DATA = tmp_path / "data"
    within = Within()
    monkeypatch.setattr(asking.DESK, "_children", within)
    return within
