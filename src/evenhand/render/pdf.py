"""Write a page as PDF, by WeasyPrint: the extra ``pdf``. The same page gives the same bytes.

WeasyPrint does not carry the page's style into pictures, and paints what it cannot look up black: so each picture gets
a style of its own with every colour written out.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, NoReturn

from evenhand.errors import InputError
from evenhand.render import html
from evenhand.render.blocks import Report
from evenhand.resources import packaged
from evenhand.sentence import Sentence
from evenhand.words import translator

_WIDTH, _HEIGHT = 670, 860
"""Of a sheet between its margins and below a heading, in pixels."""
_VARIABLE = re.compile(r"(--[a-z0-9-]+):([^;}]+)")
_USED = re.compile(r"var\((--[a-z0-9-]+)\)")
_SVG = re.compile(r'<svg ([^>]*width="(\d+)" height="(\d+)"[^>]*)>')
_UNSET = "notdef"
_NEEDED = Sentence("a PDF needs the extra pdf: pip install 'evenhand[pdf]'; any other format needs nothing")
_LIBRARY = Sentence(
    "a PDF needs the library Pango, which is not found here (on Debian: apt-get install libpangoft2-1.0-0; elsewhere "
    "see WeasyPrint's installation); any other format needs nothing"
)


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF, and whether signs are missing in it because no typeface here has them."""

    content: bytes
    signs_missing: bool


def must_be_there() -> None:
    """Raise ``InputError`` with what to do if no PDF can be written here."""
    _weasyprint()


def render(report: Report) -> Pdf:
    """Write a report as PDF. Raises ``InputError`` if WeasyPrint is not there."""
    return page(html.page_of(report))


def page(of: html.Page) -> Pdf:
    """Write a page as PDF; where signs are missing, the page says so at its top."""
    content, missing = _printed(_for_paper(of, None))
    if missing:
        words = translator("en")  # letters that every typeface has
        said = words.text(
            "Signs are missing on these pages: no typeface here has them. Install one that has, such as Noto Sans CJK "
            "(on Debian: apt-get install fonts-noto-cjk), and make the PDF again."
        )
        content, _ = _printed(_for_paper(of, said))
    return Pdf(content, missing)


def _for_paper(of: html.Page, warning: str | None) -> str:
    style, pictures = packaged("render", "page", "page.css"), packaged("render", "page", "picture.css")
    values = _values(style, of.lang)
    written = html.written(of, style=style, widths={"wide": _WIDTH}, warning=warning)
    own = f"<style>{_literal(pictures, values)}</style>"
    return _SVG.sub(lambda found: _placed(found) + own, written)


def _placed(svg: re.Match[str]) -> str:
    """Say how large a picture is, since WeasyPrint would make its box square; a tall one is shrunk to the sheet."""
    width, height = int(svg[2]), int(svg[3])
    share = min(1, _HEIGHT / height)
    return f'<svg {svg[1]} style="width:{width * share:.0f}px;height:{height * share:.0f}px">'


def _values(style: str, lang: str) -> Mapping[str, str]:
    """Read what the variables of the style hold by day, in the typefaces of a language."""
    by_day, _, _ = style.partition("@media")
    first, _, chinese = by_day.partition(":root:lang(zh-CN)")
    own, _, _ = chinese.partition("}")
    return dict(_VARIABLE.findall(first)) | (dict(_VARIABLE.findall(own)) if lang == "zh" else {})


def _literal(style: str, values: Mapping[str, str]) -> str:
    return _USED.sub(lambda found: values[found[1]], style)


def _printed(written: str) -> tuple[bytes, bool]:
    """Print a page, and say whether a sign was missing."""
    weasyprint = _weasyprint()
    identifier = hashlib.sha256(written.encode()).digest()[:16]
    with _warnings() as said:
        content: bytes = weasyprint.HTML(string=written, base_url="about:blank", url_fetcher=_nothing).write_pdf(
            pdf_identifier=identifier, pdf_variant="pdf/ua-1"
        )
    return content, any(_UNSET in each for each in said)


def _nothing(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError(Sentence("a page asks for nothing, and asked for {url}", url=url))


@contextmanager
def _warnings() -> Generator[list[str]]:
    """Gather what WeasyPrint says, and let it say nothing on standard error."""
    said: list[str] = []
    logger = logging.getLogger("weasyprint")
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]  # the one hook there is
    before, propagates = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [handler], False
    try:
        yield said
    finally:
        logger.handlers, logger.propagate = before, propagates


def _weasyprint() -> Any:
    if find_spec("weasyprint") is None:
        raise InputError(_NEEDED)
    try:
        import weasyprint  # noqa: PLC0415 - an extra, and slow to load
    except OSError:  # its libraries are not there
        raise InputError(_LIBRARY) from None
    return weasyprint
