"""The guide's workspace without a lake: its commands and settings, on tables as it describes."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

import regulars as rg
from regulars.cli.app import run
from regulars.facts.mapped import TableMapping
from workspace.test_no_lake import execute

PAGE = (Path(__file__).resolve().parents[2] / "docs/guides/laptop-to-warehouse.md").read_text()
TABLES = """
    create database guide;
    create role guide login;
    create schema sales; create schema "Sales Data";
    create table sales.orders (
        order_id text, customer text, ordered_at timestamptz, total numeric(12, 2), note text);
    insert into sales.orders select 'o' || i, 'c' || i % 9,
        timestamptz '2025-01-01 12:00+01' + i * interval '3 days', i * 1.5
        from generate_series(1, 90) as i;
    create table "Sales Data"."Order Head" (
        "Order No." text, customer text, placed_at timestamptz, cents bigint, typ text,
        cancelled boolean);
    insert into "Sales Data"."Order Head" select order_id, customer, ordered_at, total * 100,
        case when total > 130 then 'RET' else 'STD' end, total < 5 from sales.orders"""


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> str:
    """URL of the guide's database, as its reader with the rights that the guide asks for."""
    url = str(request.getfixturevalue("postgres_url"))
    first, second, *rest = TABLES.split(";")
    execute(url, first)
    url = url.rpartition("/")[0] + "/guide"
    execute(url, second, *rest)
    grants = re.search(r"```sql\n(.*?)```", PAGE, flags=re.DOTALL)
    assert grants is not None
    execute(url, "revoke temporary on database guide from public")
    for grant in grants[1].replace("database sales", "database guide").split(";"):
        if grant.strip():
            execute(url, grant.replace("reader", "guide"))
    execute(url, 'grant usage on schema "Sales Data" to guide',
            'grant select on "Sales Data"."Order Head" to guide')  # fmt: skip
    return url.replace("//regulars@", "//guide@")


def commands() -> list[list[str]]:
    """The guide's commands, in order; the first makes a workspace with a lake."""
    blocks = re.findall(r"```bash\n(.*?)```", PAGE, flags=re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("regulars ")]


def test_the_guides_commands_run(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (_, init, plain, spelled) = commands()
    init[init.index("--engine") + 1] = server
    assert run(init) == 0
    monkeypatch.chdir(tmp_path / "shop")
    assert run([*plain, "--yes"]) == 0
    assert spent() == sum(150 * i for i in range(1, 91))
    assert run(spelled) == 0
    live = [150 * i for i in range(1, 91) if 150 * i >= 500]
    assert spent() == sum(-amount if amount > 13000 else amount for amount in live)


def spent() -> int:
    rows = rg.open(".").show("summary", as_of="2025-12-31").rows
    return sum(int(row["spend_minor"]) for row in rows)


def test_the_guides_settings_are_read() -> None:
    block = next(b for b in re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL) if "facts" in b)
    mapping = TableMapping.from_dict("orders", tomllib.loads(block)["facts"]["orders"])
    mapping.check()
    assert mapping.relation == "sales.orders"
