"""The locks carry names, versions and hashes; no address and no path."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
LINE = re.compile(r"#.*|\s*|[\w.-]+==\S+( ; [^:]*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


def names(lock: Path) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", lock.read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_address(lock: Path) -> None:
    odd = [line for line in lock.read_text().splitlines() if not LINE.fullmatch(line)]
    assert odd == []


def test_every_base_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=~! \[]", line)[0] for line in project["dependencies"]}
    for lock in LOCKS:
        assert wanted <= names(lock), lock.name


def test_the_smaller_locks_agree_with_the_full_one() -> None:
    pins = re.compile(r"^([\w.-]+==\S+(?: ; [^\\]*)?)", flags=re.MULTILINE)
    full = set(pins.findall((ROOT / "requirements/full.txt").read_text()))
    for lock in LOCKS:
        assert set(pins.findall(lock.read_text())) <= full, lock.name
