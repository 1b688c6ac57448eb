"""XLSX files written cell by cell, so that tests can make what no spreadsheet program would."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels"
 ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
</Types>"""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLES = f"""<?xml version="1.0" encoding="UTF-8"?>
<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>
<xf numFmtId="22"/></cellXfs></styleSheet>"""

_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001


def column_name(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell(row: int, place: int, value: Any) -> str:
    """One cell as XML; a day or time carries the style that makes it one."""
    at = f'r="{column_name(place)}{row}"'
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c {at} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.datetime):
        days = (value - _DAY_ZERO) / dt.timedelta(days=1)
        return f'<c {at} s="2"><v>{days!r}</v></c>'
    if isinstance(value, dt.date):
        return f'<c {at} s="1"><v>{value.toordinal() - _DAY_ZERO.toordinal()}</v></c>'
    if isinstance(value, int | float):
        return f"<c {at}><v>{value!r}</v></c>"
    return f'<c {at} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet_xml(rows: Sequence[Sequence[Any]]) -> str:
    body = "".join(
        f'<row r="{n}">{"".join(cell(n, place, value) for place, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, 1)
    )
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
    )


def write_workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]] | str],
    *,
    hidden: Sequence[str] = (),
) -> Path:
    """A workbook of these sheets: rows of values, or XML as it shall stand in the file."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"'
        + (' state="hidden"/>' if name in hidden else "/>")
        for n, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{related}<Relationship Id="rId0" '
            f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        )
        file.writestr("xl/styles.xml", _STYLES)
        for n, content in enumerate(sheets.values(), 1):
            xml = content if isinstance(content, str) else sheet_xml(content)
            file.writestr(f"xl/worksheets/sheet{n}.xml", xml)
    return path
