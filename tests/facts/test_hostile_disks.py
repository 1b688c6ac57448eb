"""A disk that is full, a file that may not grow, a folder that may only be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from facts.shops import NOW, Shop
from regulars.errors import FactsError
from regulars.facts import Lake

HEAD = "order_id,customer_id,day,amount\n"

# Imports under a limit on the size of any file it writes, as a nearly full disk would set.
LIMITED = """
import datetime as dt, resource, sys
from regulars.errors import FactsError
from regulars.facts import Lake
lake = Lake(sys.argv[1], zone="UTC", currency="USD")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
try:
    lake.import_facts("orders", sys.argv[2], recorded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
except FactsError as error:
    print(error)
    sys.exit(3)
"""


def many_orders(start: int, rows: int) -> str:
    import hashlib

    return HEAD + "".join(
        f"{hashlib.sha256(str(n).encode()).hexdigest()},C{n % 997},2024-01-01,1\n"
        for n in range(start, start + rows)
    )


@pytest.mark.parametrize("limit", [0, 2000, 60_000, 600_000])
def test_a_write_that_fails_half_way_changes_nothing_and_is_said(shop: Shop, limit: int) -> None:
    """At the lock, in small files, in the identities, in the orders."""
    shop.lake = Lake(shop.lake.root, zone="UTC", currency="USD")
    shop.take("orders", HEAD + "first,A,2024-01-01,1\n")
    before = shop.lake.current()
    file = shop.file(many_orders(0, 30_000), "many.csv")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(shop.lake.root), str(file), str(limit)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "Nothing was changed" in done.stdout
    assert "File too large" in done.stdout
    assert shop.lake.current() == before
    assert shop.column("orders", "order_id") == ["first"]
    assert shop.take("orders", file).new == 30_000
    assert len(shop.column("orders", "order_id")) == 30_001


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of three megabytes, where the machine lets us make one."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("this machine lets us mount no file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_changes_nothing_and_is_said(shop: Shop, small_disk: Path) -> None:
    shop.lake = Lake(small_disk / "客户 data", zone="UTC", currency="USD")
    shop.take("orders", HEAD + "first,A,2024-01-01,1\n")
    with pytest.raises(FactsError, match=r"The disk is full.*Nothing was changed"):
        shop.take("orders", many_orders(0, 200_000), "many.csv")
    assert shop.column("orders", "order_id") == ["first"]
    # What the failed import left is taken back before the next, which then has room.
    assert shop.take("orders", HEAD + "second,A,2024-01-01,1\n").new == 1
    assert shop.column("orders", "order_id") == ["first", "second"]


READING = """
import datetime as dt, sys
from regulars.errors import FactsError
from regulars.facts import Lake
lake = Lake(sys.argv[1], zone="UTC", currency="USD")
print([s.live for s in lake.status() if s.table == "orders"], flush=True)
try:
    lake.import_facts("orders", sys.argv[2], recorded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
except FactsError as error:
    print(error)
    sys.exit(3)
"""


def test_a_folder_that_may_only_be_read_is_read_and_not_written(shop: Shop) -> None:
    """As somebody to whom rights apply: they do not bind the superuser."""
    place = Path(tempfile.mkdtemp())
    try:
        place.chmod(0o755)
        shop.lake = Lake(place / "lake", zone="UTC", currency="USD")
        shop.take("orders", HEAD + "first,A,2024-01-01,1\n")
        file = place / "more.csv"
        file.write_text(HEAD + "2,A,2024-01-01,1\n")
        command = [sys.executable, "-c", READING, str(shop.lake.root), str(file)]
        if os.geteuid() == 0:
            if shutil.which("setpriv") is None:
                pytest.skip("nothing here lets the superuser become somebody else")
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        else:
            for folder in [shop.lake.root, *(p for p in shop.lake.root.rglob("*") if p.is_dir())]:
                folder.chmod(0o555)
            (shop.lake.folder / ".lock").chmod(0o444)
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=120, check=False, cwd=place
        )
        if "ModuleNotFoundError" in done.stderr or "PermissionError" in done.stderr[:300]:
            pytest.skip("the program itself may not be read by somebody else here")
        assert done.returncode == 3, done.stderr
        first, said = done.stdout.strip().split("\n", 1)
        assert first == "[1]"
        assert "may not be written" in said
        assert "Nothing was changed" in said
        assert shop.column("orders", "order_id") == ["first"]
    finally:
        for folder in [p for p in place.rglob("*") if p.is_dir()]:
            folder.chmod(0o755)
        shutil.rmtree(place)


def test_the_imports_own_refusals_keep_their_words(shop: Shop) -> None:
    with pytest.raises(FactsError, match="There is no file"):
        shop.lake.import_facts("orders", "nowhere.csv", recorded_at=NOW)
