"""Text files made fit to read: one encoding, one kind of line end, no line that breaks the reader.

The file is read in blocks, never whole. When nothing is wrong with it, it is read where it is;
otherwise a clean UTF-8 copy is made in the working folder, and lines that cannot be read are
left out of it and remembered with their number.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from regulars.errors import FactsError

BLOCK = 4 << 20
SAMPLE = 256 << 10
LONGEST_LINE = 1_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass
class TextFile:
    """A text file ready to read.

    Attributes
    ----------
    path : the file to read: the one given, or a clean copy.
    removed : numbers of the lines left out of the copy, rising; ``why`` their reason codes,
        ``raw`` the beginning of each.
    quotes : whether there is any quotation mark in it.
    few_blanks : whether it has no blanks but spaces and the line ends between rows; ``ascii``
        whether each sign in it is one byte.
    """

    path: Path
    encoding: str
    removed: list[int] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    raw: list[str | None] = field(default_factory=list)
    quotes: bool = True
    few_blanks: bool = False
    ascii: bool = False


def _of_beginning(path: Path) -> str | None:
    """Encoding by byte-order mark, else UTF-16 by its NULs; None where all of it has to tell."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    if sample.count(b"\0") > len(sample) // 5:
        return "utf-16-le" if sample[1::2].count(0) >= sample[0::2].count(0) else "utf-16-be"
    return None


def _of_block(block: bytes) -> str:
    """Encoding by a block of whole lines that are not all ASCII: UTF-8 when valid, else GB18030."""
    return "utf-8" if _mostly_decodes(block, "utf-8") else _other(block)


def _of_whole(path: Path) -> str:
    """Encoding by the first block that is not all ASCII."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if not block.isascii():
                return _of_block(block + file.readline(LONGEST_LINE))
    return "utf-8"


def _mostly_decodes(block: bytes, encoding: str) -> bool:
    """Whether at most one in a hundred non-ASCII lines fails (those become rejects)."""
    lines = [line for line in block.split(b"\n") if not line.isascii()]
    failing = 0
    for line in lines:
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            failing += 1
    return failing * 100 <= len(lines)


def _other(block: bytes) -> str:
    return "gb18030" if _mostly_decodes(block, "gb18030") else "utf-8"


def make_readable(
    path: Path,
    work: Path,
    *,
    encoding: str | None = None,
    longest: int = LONGEST_LINE,
    tell: Callable[[float], None] | None = None,
) -> TextFile:
    """Find what is wrong with a text file and make a clean copy when something is.

    Parameters
    ----------
    work : folder for the copy.
    encoding : None finds it out.
    longest : longest line in bytes; longer ones are left out as rejects.
    tell : told the bytes read so far.
    """
    found = _checked(encoding) if encoding else _of_beginning(path)
    if found in (None, "utf-8"):
        text = TextFile(path, "utf-8", quotes=False)
        if _is_clean(text, longest, tell, sure=found is not None):
            return text
        found = found or _of_whole(path)
    copy = TextFile(work / f"{path.name}.{abs(hash(str(path)))}.csv", found)
    number = 1
    with copy.path.open("wb") as out:
        for block in _decoded_blocks(path, found, tell):
            clean, number = _clean_block(block, number, longest, copy)
            out.write(clean)
    return copy


def _checked(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise FactsError(f"The encoding {encoding!r} is unknown.") from None
    if name == "utf-16":
        return "utf-16-le"
    return {"gbk": "gb18030", "gb2312": "gb18030", "utf-8-sig": "utf-8"}.get(name, name)


def _is_clean(
    text: TextFile, longest: int, tell: Callable[[float], None] | None, *, sure: bool
) -> bool:
    """Whether the file can be read where it is; notes on the way what is in it.

    ``sure`` : it is known to be UTF-8. Else the first block that is not all ASCII has to tell: one
    look at the file then serves for both.
    """
    crlf = lone = blanks = False
    done = 0
    text.ascii = True
    with text.path.open("rb") as file:
        while block := file.read(BLOCK):
            block += file.readline(longest + 1)
            done += len(block)
            if tell:
                tell(done)
            ends = b"\n" in block
            if b"\r" in block:  # seldom, and slow to count
                pairs = block.count(b"\r\n")
                crlf, ends = crlf or pairs > 0, block.count(b"\n") > pairs
                blanks = blanks or block.count(b"\r") > pairs
            lone = lone or ends
            text.quotes = text.quotes or b'"' in block
            if text.ascii and not block.isascii():
                text.ascii = False
                if not sure and _of_block(block) != "utf-8":
                    return False
            blanks = blanks or b"\t" in block
            if b"\0" in block or (crlf and lone) or _has_long_line(block, longest):
                return False
    text.few_blanks = not blanks and not text.quotes
    return True


def _has_long_line(block: bytes, longest: int) -> bool:
    place = 0
    while len(block) - place > longest:
        end = block.rfind(b"\n", place, place + longest + 1)
        if end < 0:
            return True
        place = end + 1
    return False


def _decoded_blocks(
    path: Path, encoding: str, tell: Callable[[float], None] | None
) -> Iterator[bytes]:
    """The file as UTF-8 in blocks that end with a line, with line ends made one kind."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    carried = b""
    done = 0
    first = True
    with path.open("rb") as file:
        while piece := file.read(BLOCK):
            done += len(piece)
            if tell:
                tell(done)
            if encoding != "utf-8":
                piece = decoder.decode(piece, final=False).encode("utf-8")
            if first:
                piece, first = piece.removeprefix(codecs.BOM_UTF8), False
            block = carried + piece
            end = block.rfind(b"\n") + 1
            if not end:
                carried = _shortened(block)
                continue
            yield block[:end].replace(b"\r\n", b"\n")
            carried = block[end:]
    if encoding != "utf-8":
        carried += decoder.decode(b"", final=True).encode("utf-8")
    if carried:
        yield carried.replace(b"\r\n", b"\n")


def _shortened(block: bytes) -> bytes:
    """A line without end yet, kept only long enough to be seen as too long."""
    return block[: 64 << 20]


def _clean_block(block: bytes, number: int, longest: int, copy: TextFile) -> tuple[bytes, int]:
    """The block without lines that cannot be read; ``number`` is its first line's."""
    ends = block.count(b"\n") + (not block.endswith(b"\n"))
    if b"\0" not in block and not _has_long_line(block, longest):
        return block, number + ends
    kept: list[bytes] = []
    lines = [line + b"\n" for line in block.split(b"\n")]
    last = lines.pop()[:-1]
    for line in [*lines, last] if last else lines:
        if b"\0" in line or len(line) > longest + 1:
            copy.removed.append(number)
            copy.why.append("nul" if b"\0" in line else "line_too_long")
            copy.raw.append(line[:1000].replace(b"\0", b"\\0").decode("utf-8", "replace"))
        else:
            kept.append(line)
        number += 1
    return b"".join(kept), number


def without_lines(text: TextFile, offsets: list[int], work: Path, round_: int) -> TextFile:
    """A copy without the lines at these byte offsets: their quotation marks never close."""
    import numpy as np

    bytes_ = np.memmap(text.path, dtype=np.uint8, mode="r")
    copy = TextFile(work / f"round{round_}.{text.path.name}", text.encoding)
    spans: list[tuple[int, int]] = []
    with text.path.open("rb") as file:
        for offset in sorted(set(offsets)):
            start = _line_start(bytes_, offset)
            file.seek(start)
            line = file.readline()
            if not spans or spans[-1][0] != start:
                spans.append((start, start + len(line)))
                copy.raw.append(line[:1000].decode("utf-8", "replace").rstrip("\r\n"))
        numbers = _numbers_at(bytes_, [start for start, _ in spans])
        with copy.path.open("wb") as out:
            place = 0
            file.seek(0)
            for start, end in [*spans, (len(bytes_), len(bytes_))]:
                _copy_bytes(file, out, start - place)
                file.seek(end)
                place = end
    merged = list(zip(text.removed, text.why, text.raw, strict=True))
    own = [original_line(text.removed, number) for number in numbers]
    merged += list(zip(own, ["open_quote"] * len(own), copy.raw, strict=True))
    merged.sort(key=lambda entry: entry[0])
    copy.removed = [entry[0] for entry in merged]
    copy.why = [entry[1] for entry in merged]
    copy.raw = [entry[2] for entry in merged]
    return copy


def _copy_bytes(source: io.BufferedReader, out: io.BufferedWriter, count: int) -> None:
    while count > 0 and (piece := source.read(min(BLOCK, count))):
        out.write(piece)
        count -= len(piece)


def _line_start(bytes_: object, offset: int) -> int:
    import numpy as np

    data = np.asarray(bytes_)
    offset = min(offset, len(data) - 1)
    while offset < len(data) - 1 and data[offset] in (10, 13):
        offset += 1
    place = offset
    while place > 0:
        low = max(0, place - LONGEST_LINE)
        ends = np.flatnonzero(data[low:place] == 10)
        if len(ends):
            return low + int(ends[-1]) + 1
        place = low
    return 0


def _numbers_at(bytes_: object, starts: list[int]) -> list[int]:
    """The line numbers of lines that start at these offsets (rising)."""
    import numpy as np

    data = np.asarray(bytes_)
    numbers: list[int] = []
    line, place = 1, 0
    for start in starts:
        while place < start:
            end = min(start, place + BLOCK)
            line += int(np.count_nonzero(data[place:end] == 10))
            place = end
        numbers.append(line)
    return numbers


def original_line(removed: list[int], number: int) -> int:
    """The line number in the file as given, of a line of the copy."""
    for gone in removed:
        if gone > number:
            break
        number += 1
    return number


def read_header(
    text: TextFile, delimiter: str | None, *, name: str
) -> tuple[list[str], str, list[list[str]]]:
    """The column names, the delimiter, and some rows of a text file, called ``name`` in errors.

    The delimiter is the one of ``, ; tab |`` that cuts the first lines into the most fields
    evenly. Repeated and empty names are made different by a number.
    """
    with text.path.open("rb") as file:
        block = file.read(SAMPLE).removeprefix(codecs.BOM_UTF8)
    end = block.rfind(b"\n")
    if len(block) == SAMPLE - 3 or (len(block) >= SAMPLE - 3 and end > 0):
        block = block[: end + 1]
    sample = block.decode("utf-8", "replace")
    if not sample.strip():
        raise FactsError(f"The file {name} is empty.")
    chosen = delimiter or _best_delimiter(sample)
    rows = list(_rows(sample, chosen, 1000))
    return different(rows[0]), chosen, rows[1:]


def _rows(sample: str, delimiter: str, most: int) -> Iterator[list[str]]:
    csv.field_size_limit(max(csv.field_size_limit(), 2 * SAMPLE))
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    for count, row in enumerate(r for r in reader if r):
        if count >= most:
            return
        yield row


def _best_delimiter(sample: str) -> str:
    def rank(delimiter: str) -> tuple[float, int]:
        rows = list(_rows(sample, delimiter, 100))
        width = len(rows[0])
        even = sum(len(row) == width for row in rows) / len(rows)
        return (even if width > 1 else 0.0, width)

    return max((",", "\t", ";", "|"), key=rank)


def different(names: list[str]) -> list[str]:
    """Column names without blanks around them; empty and repeated ones get a number."""
    seen: dict[str, int] = {}
    out: list[str] = []
    for place, name in enumerate(names):
        bare = name.strip().strip("\ufeff") or f"column {place + 1}"
        seen[bare] = seen.get(bare, 0) + 1
        out.append(bare if seen[bare] == 1 else f"{bare} ({seen[bare]})")
    return out
