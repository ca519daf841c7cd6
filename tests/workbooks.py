"""Write an .xlsx part by part, as programs do and as they never would: what tests of reading them begin with.

from workbooks import cells, workbook
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
STYLES = f"""<styleSheet {MAIN}><numFmts count="2">
<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>
<numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm:ss"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>
<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="22"/><xf numFmtId="31"/>
<xf numFmtId="20"/></cellXfs></styleSheet>"""
PLAIN, CHINESE, SECONDS, MINUTES, BUILT_IN, CLOCK = range(6)
Cell = str | float | tuple[float, int] | None


def cells(*rows: list[Cell], first: int = 1, after: str = "") -> str:
    """Write a sheet: text, a number, a number with its style, nothing, or XML that stands for itself."""
    written = "".join(f'<row r="{number}">{"".join(map(_cell, row))}</row>' for number, row in enumerate(rows, first))
    return f"<worksheet {MAIN}><sheetData>{written}</sheetData>{after}</worksheet>"


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, tuple):
        return f'<c s="{cell[1]}"><v>{cell[0]!r}</v></c>'
    if isinstance(cell, str):
        return cell if cell.startswith("<c") else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
    return f"<c><v>{cell!r}</v></c>"


def workbook(
    *sheets: str,
    names: tuple[str, ...] = (),
    settings: str = "",
    replaced: Mapping[str, str | bytes | None] | None = None,
) -> bytes:
    """Pack sheets into an .xlsx; ``replaced`` are parts that are others, or missing."""
    named = names or tuple(f"Sheet{number}" for number in range(1, len(sheets) + 1))
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(named, 1))
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts: dict[str, str | bytes | None] = {
        "_rels/.rels": f'<Relationships {PACKAGE}>'
        f'<Relationship Id="a" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{REL}">'
        f'<workbookPr {settings}/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {PACKAGE}>{related}'
        f'<Relationship Id="s" Type="{REL}/styles" Target="styles.xml"/>'
        f'<Relationship Id="t" Type="{REL}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(sheets, 1)},
        **(replaced or {}),
    }  # fmt: skip
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            if content is not None:
                file.writestr(name, content)
    return packed.getvalue()
