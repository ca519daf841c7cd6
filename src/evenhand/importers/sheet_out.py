"""Write a file of rejects as a small .xlsx: the same columns with the reason in front, to be mended and imported again.

Texts stay texts, so nothing in them is worked out when the file is opened; dates and numbers stay what they were.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from evenhand.importers.delimited import REASON
from evenhand.importers.record import Dated, Number, Record

_SPREADSHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORMATS: Final = ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "yyyy-mm-dd hh:mm:ss")
_LENGTHS: Final = (10, 16, 19)
_ORIGIN: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets keep local time
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_MAIN}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MAIN}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_SPREADSHEET}"><numFmts count="3">'
    + "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in enumerate(_FORMATS, 164))
    + '</numFmts><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/>'
    + "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in (164, 165, 166))
    + "</cellXfs></styleSheet>",
}


class SheetRejects:
    """An .xlsx of rejects, with one sheet that bears the name of the sheet it comes from."""

    def __init__(self, path: Path, header: tuple[str, ...], at: int, name: str) -> None:
        """Make the file, readable by its owner alone; ``FileExistsError`` if it is there."""
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(number, "w+b")
        self._zip = ZipFile(self._file, "w", ZIP_DEFLATED)
        sheet = f'<sheets><sheet name={_quoted(name)} sheetId="1" r:id="r1"/></sheets>'
        book = f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}">{sheet}</workbook>'
        for part, text in {**_PARTS, "xl/workbook.xml": book}.items():
            self._zip.writestr(part, _HEAD + text)
        self._part = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._part.write(f'{_HEAD}<worksheet xmlns="{_SPREADSHEET}"><sheetData>'.encode())
        self._at = at
        self._reason = header.index(REASON) if REASON in header else None
        self._row([REASON, *self._bare(header)])

    def write(self, record: Record, reasons: tuple[str, ...]) -> None:
        """Write one row; it holds what the sheet showed."""
        self._row(["; ".join(reasons), *self._bare(record.raw or ())])

    def close(self) -> None:
        """Finish the file."""
        self._part.write(b"</sheetData></worksheet>")
        self._part.close()
        self._zip.close()
        self._file.close()

    def _bare(self, row: Sequence[str]) -> list[str]:
        return [each for place, each in enumerate(row) if place != self._reason]

    def _row(self, cells: list[str]) -> None:
        self._part.write(f'<row r="{self._at}">{"".join(map(_cell, cells))}</row>'.encode())
        self._at += 1


def _cell(text: str) -> str:
    if type(text) is Dated and len(text) in _LENGTHS:
        since = datetime.fromisoformat(text) - _ORIGIN
        serial = since.days + since.seconds / 86_400
        return f'<c s="{_LENGTHS.index(len(text)) + 1}"><v>{serial!r}</v></c>'
    if type(text) is Number:
        return f"<c><v>{text}</v></c>"
    escaped = escape(_UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", _LOOKS_ESCAPED.sub("_x005F_", text)))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>' if text else "<c/>"


def _quoted(name: str) -> str:
    return '"' + escape(name, {'"': "&quot;"}) + '"'
