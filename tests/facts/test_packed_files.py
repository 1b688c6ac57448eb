"""gzip and zstd files, many files by pattern, and archives that mean harm."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from facts.shops import NOW, Shop
from regulars.errors import FactsError, MissingExtra
from regulars.facts import unpacking

zstd = pytest.importorskip("backports.zstd")

HEAD = "order_id,customer_id,day,amount\n"
ROWS = "".join(f"{n},C{n % 7},2024-01-0{1 + n % 9},1.5\n" for n in range(100))


def packed(content: str | bytes, kind: str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return gzip.compress(content) if kind == "gz" else zstd.compress(content)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_packed_files_import_as_plain_ones_do(shop: Shop, kind: str) -> None:
    name = f"orders.csv.{kind}"
    report = shop.take("orders", packed(HEAD + ROWS + "x,A,never,1\n", kind), name)
    assert (report.new, report.files) == (100, (name,))
    assert [(r["file"], r["line"]) for r in shop.lake.rejects(report.import_id)] == [(name, 102)]
    assert shop.take("orders", shop.root / name).no_op


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_several_members_in_one_file_are_all_read(shop: Shop, kind: str) -> None:
    content = packed(HEAD + "1,A,2024-01-01,1\n", kind) + packed("2,A,2024-01-02,1\n", kind)
    assert shop.take("orders", content, f"orders.csv.{kind}").new == 2


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_the_mapping_is_guessed_from_the_beginning_of_a_packed_file(shop: Shop, kind: str) -> None:
    rows = "".join(f"{n},甲{n},2024-01-01,1\n" for n in range(200_000))
    path = shop.file(packed("订单号,客户编号,日期,金额\n" + rows, kind), f"x.csv.{kind}")
    mapping, header = shop.lake.guess("orders", path)
    assert header == ("订单号", "客户编号", "日期", "金额")
    assert set(mapping.columns) == {"order_id", "customer_id", "day", "amount"}


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("cut", [0.3, 0.99])
def test_a_packed_file_cut_short_changes_nothing(shop: Shop, kind: str, cut: float) -> None:
    # Digests pack badly, so the cut is somewhere in the rows.
    import hashlib

    rows = "".join(
        f"{hashlib.sha256(str(n).encode()).hexdigest()},A,2024-01-01,1\n" for n in range(5000)
    )
    whole = packed(HEAD + rows, kind)
    with pytest.raises(FactsError, match=r"o\.csv.* is damaged or cut short .* Fetch it again"):
        shop.take("orders", whole[: int(len(whole) * cut)], f"o.csv.{kind}")
    assert shop.lake.current() is None


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_damaged_packed_file_changes_nothing(shop: Shop, kind: str) -> None:
    whole = bytearray(packed(HEAD + ROWS, kind))
    whole[len(whole) // 2] ^= 0xFF
    whole[-3] ^= 0xFF
    with pytest.raises(FactsError, match=r"damaged|empty"):
        shop.take("orders", bytes(whole), f"o.csv.{kind}")
    assert shop.lake.current() is None


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_zip_bomb_is_stopped_by_its_ratio(shop: Shop, kind: str) -> None:
    line = b"1,A,2024-01-01," + b"0" * 1000 + b"\n"
    bomb = packed(HEAD.encode() + line * 100_000, kind)
    assert len(bomb) < 1 << 20
    with pytest.raises(FactsError, match=r"o\.csv.* more than 200 times its size, as a zip bomb"):
        shop.take("orders", bomb, f"o.csv.{kind}")
    assert shop.lake.current() is None
    assert not (shop.lake.folder / ".work").exists()


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_a_packed_file_has_an_absolute_limit(
    shop: Shop, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "LIMITS", unpacking.Limits(most=1000))
    with pytest.raises(FactsError, match="unpacks to more than 1,000 bytes"):
        shop.take("orders", packed(HEAD + ROWS, kind), f"o.csv.{kind}")


BOMB = """
import resource, sys
from pathlib import Path
from regulars.errors import FactsError, MissingExtra
from regulars.facts.unpacking import unpack
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    unpack(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
except FactsError as error:
    assert "zip bomb" in str(error), error
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_a_bomb_of_a_hundred_gigabytes_takes_little_memory(shop: Shop) -> None:
    """A few kilobytes of zstd that say: the same byte, for ever."""
    block = (1 | 1 << 1 | (128 << 10) << 3).to_bytes(3, "little") + b"1"
    block = bytes([block[0] & 0xFE]) + block[1:]  # not the last one
    frame = b"\x28\xb5\x2f\xfd" + bytes([0x00, 0x70])  # a window of 16 MB, no size said
    path = shop.file(frame + block * 800_000, "bomb.csv.zst")
    done = subprocess.run(
        [sys.executable, "-c", BOMB, str(path), "zstd", str(shop.root)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 400


def test_what_is_packed_twice_is_refused(shop: Shop) -> None:
    with pytest.raises(FactsError, match="holds no text but a gzip file"):
        shop.take("orders", gzip.compress(gzip.compress(HEAD.encode())), "o.csv.gz")


def test_a_pattern_takes_its_files_in_order_of_their_names(shop: Shop) -> None:
    (shop.root / "in").mkdir()
    for month in ("03", "01", "02"):
        content = HEAD + f"{month},A,2026-{month}-01,1\n"
        (shop.root / "in" / f"2026-{month}.csv.gz").write_bytes(gzip.compress(content.encode()))
    (shop.root / "in" / "2025-12.csv.gz").write_bytes(gzip.compress(HEAD.encode()))
    pattern = str(shop.root / "in" / "2026-*.csv.gz")
    report = shop.lake.import_facts("orders", pattern, recorded_at=LATER)
    assert report.files == ("2026-01.csv.gz", "2026-02.csv.gz", "2026-03.csv.gz")
    assert report.new == 3
    again = shop.take("orders", shop.root / "in" / "2026-*.csv.gz", recorded_at=LATER)
    assert again.no_op


LATER = NOW.replace(year=2027)


def test_a_pattern_that_fits_nothing_and_no_file_at_all_are_errors(shop: Shop) -> None:
    with pytest.raises(FactsError, match=r"No file fits the pattern .*none-\*\.csv"):
        shop.take("orders", shop.root / "none-*.csv")
    with pytest.raises(FactsError, match="No file was given"):
        shop.take("orders", [])


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(shop: Shop) -> None:
    path = shop.file(HEAD + "1,A,2024-01-01,1\n", "orders [2024].csv")
    assert shop.take("orders", path).new == 1


def test_a_folder_is_an_error_with_a_hint(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(FactsError, match=r"data' is a folder. Name its files.*data/\*\.csv'"):
        shop.take("orders", tmp_path / "data")


def test_without_the_extra_gzip_is_read_and_zstd_says_what_to_install(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = HEAD + "1,A,2024-01-01,1\n"
    zipped, squeezed = packed(content, "gz"), packed(content, "zst")
    for name in ("compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)
    assert shop.take("orders", zipped, "o.csv.gz").new == 1
    with pytest.raises(MissingExtra, match=r"pip install regulars\[files\]"):
        shop.take("orders", squeezed, "p.csv.zst")
