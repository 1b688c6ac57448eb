"""The commands of the guides that need more than the first page's orders are run as printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

import regulars.workspace as workspaces
from regulars.cli.app import build

DOCS = Path(__file__).resolve().parents[2] / "docs"
ORDERS = "order_id,customer_id,day,amount,store\n"
RUN_ID = "ID"


def printed(page: str) -> list[list[str]]:
    """The words of each command of the page's blocks, without what comes after a pipe."""
    blocks = re.findall(r"```bash\n(.*?)```", (DOCS / page).read_text("utf-8"), flags=re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [
        shlex.split(line.split(" | ")[0], comments=True)[1:]
        for line in lines
        if line.startswith("regulars ")
    ]


def run(words: list[str]) -> str:
    done = CliRunner().invoke(build(), words)
    assert done.exit_code == 0, f"{' '.join(words)}\n{done.output}"
    return done.output


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop of two years and forty customers, 4711 among them; the commands run inside it."""
    workspace = workspaces.init(tmp_path / "shop", zone="Asia/Shanghai", currency="CNY")
    rows = [
        f"o{i},{4700 + i % 40},202{4 + i // 200}-{1 + i % 12:02d}-{1 + i % 28:02d},{5 + i % 9},s1"
        for i in range(400)
    ]
    orders = tmp_path / "first.csv"
    orders.write_text(ORDERS + "\n".join(rows) + "\n")
    workspace.import_facts("orders", orders)
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "shop"


@pytest.mark.parametrize(
    "page",
    ["guides/analyse.md", "concepts/decline.md", "guides/read-the-report.md",
     "operating/maintenance.md"],
)  # fmt: skip
@pytest.mark.usefixtures("shop")
def test_the_commands_of_a_page_run(page: str) -> None:
    commands = printed(page)
    assert commands
    for words in commands:
        run(words)


@pytest.mark.usefixtures("shop")
def test_the_statements_of_a_run_are_shown() -> None:
    run(["show", "groups"])
    listed, with_sql = printed("operating/runs.md")
    found = re.search(r"^(\S*[0-9a-f]{6,}\S*)", run(listed), flags=re.MULTILINE)
    assert found, run(listed)
    told = run([found[1] if word == RUN_ID else word for word in with_sql])
    assert "select" in told.lower()


def test_a_person_is_forgotten_as_the_guide_says(shop: Path) -> None:
    ((name, *words),) = printed("guides/forget-a-person.md")
    run([name, *words, "--confirm", words[0]])
    known = {row["external_id"] for row in workspaces.open(shop).show("summary").rows}
    assert "4711" not in known
    assert "4710" in known


def test_the_guide_to_importing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that the guide names, in the form that it gives it."""
    workspaces.init(tmp_path / "shop", zone="Asia/Shanghai", currency="CNY")
    workspaces.init(tmp_path / "other", zone="Asia/Shanghai", currency="CNY")
    monkeypatch.chdir(tmp_path / "shop")
    Path("data").mkdir()
    many = "".join(f"{i},a,2024-01-{i:02d},5,s1\n" for i in range(1, 29))
    files = {
        "orders-2024.csv": ORDERS + many + "29,b,2024-02-05,five,s1\n",
        "orders-2025.csv": ORDERS + "30,a,2025-01-05,6,s1\n",
        "export.csv": "单号,会员编号,日期,实付金额\n9,a,2025-05-01,8\n",
        "lines.csv": "order_id,line,product_id,quantity,amount\n1,1,p,1,5\n",
        "products.csv": "product_id,name\np,Pear\n",
        "rates.csv": "currency,day,rate\nUSD,2025-01-01,7.1\n",
    }
    for name, text in files.items():
        Path(name).write_text(text, encoding="utf-8")
    _gzipped(Path("data/2026-01.csv.gz"), ORDERS + "31,c,2026-01-05,7,s2\n")
    for words in printed("guides/import-orders.md"):
        # A person is asked whether the guess is right; here nobody is. And the export is of a shop
        # whose mapping nobody has saved yet.
        more = ["--yes"] if words[0] == "import" else []
        run([*words, *more, *(["-w", str(tmp_path / "other")] if "export.csv" in words else [])])
    lake = workspaces.open(".").lake
    live = {status.table: status.live for status in lake.status()}
    assert (live["orders"], live["order_lines"], live["exchange_rates"]) == (30, 1, 1)


def _gzipped(path: Path, text: str) -> None:
    import gzip

    path.write_bytes(gzip.compress(text.encode()))


def test_the_page_on_backups_runs_and_nobody_forgotten_comes_back(
    shop: Path, tmp_path: Path
) -> None:
    """With folders of this machine in place of the page's own."""
    outside = tmp_path / "mnt"
    for name in ("backups", "elsewhere"):
        (outside / name).mkdir(parents=True)
    backup, check, restore, *rest = printed("operating/backup.md")
    run(_here(backup, outside))
    (made,) = (outside / "backups").glob("*.tar")
    run(["forget", "4711", "--source", "shop", "--confirm", "4711"])
    export = next(words for words in rest if words[:2] == ["erasures", "export"])
    run(_here(export, outside))
    given = {"BACKUP": str(made), "NEW_FOLDER": str(tmp_path / "new"),
             "LIST": str(outside / "elsewhere" / "shop.erasures"), "shop": str(shop),
             "shop-copy": str(shop), "rehearsal": str(tmp_path / "rehearsal")}  # fmt: skip
    run([*check[:-1], str(made)])
    for words in (restore, *(words for words in rest if words is not export)):
        run([given.get(word, word) for word in _here(words, outside)])
    for name in ("new", "rehearsal"):
        known = {row["external_id"] for row in workspaces.open(tmp_path / name).show("rfm").rows}
        assert "4711" not in known
        assert "4710" in known


def _here(words: list[str], outside: Path) -> list[str]:
    return [word.replace("/mnt", str(outside)) for word in words]
