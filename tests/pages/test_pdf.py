"""Reports as PDF: the same bytes each time, Chinese signs in them, and a clear word where something is missing."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from by_hand import TABLE, report
from evenhand.cli.frame import run
from evenhand.cli.run import UsageError
from evenhand.errors import InputError
from evenhand.render import pdf
from evenhand.render.blocks import Drawing, Picture, Report, Text
from evenhand.render.rounding import rounded

NOTO = Path("/usr/share/fonts/opentype/noto")
TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def needed() -> None:
    try:
        pdf.must_be_there()
    except InputError as missing:
        pytest.skip(str(missing))


def drawn(lang: str = "en") -> Report:
    """The report made by hand, with a picture of each colour there is in it."""
    picture = Picture(Drawing.INTERVALS, {"label": ("group",), "value": ("rate",), "low": ("rate",), "high": ("rate",)})
    made = report(lang)
    table = rounded(replace(TABLE, picture=picture))
    return replace(made, blocks=(*made.blocks[:1], table, *made.blocks[2:]))


def unpacked(content: bytes) -> bytes:
    """Every stream of a PDF that can be, unpacked."""
    found = [content]
    for packed in re.findall(rb"stream\n(.*?)\nendstream", content, re.DOTALL):
        with suppress(zlib.error):
            found.append(zlib.decompress(packed))
    return b"\n".join(found)


def test_the_same_report_gives_the_same_bytes_in_another_process() -> None:
    ours = hashlib.sha256(pdf.render(drawn()).content).hexdigest()
    script = (
        "import hashlib, test_pdf; from evenhand.render import pdf; "
        "print(hashlib.sha256(pdf.render(test_pdf.drawn()).content).hexdigest())"
    )
    path = os.pathsep.join((str(TESTS), str(TESTS / "pages")))
    environ = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai"}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ours


@pytest.mark.skipif(not NOTO.is_dir(), reason="there is no Chinese typeface here (make test installs one on Debian)")
def test_chinese_signs_are_in_the_file() -> None:
    made = pdf.render(replace(drawn("zh"), title="告知时效"))
    assert not made.signs_missing
    inside = unpacked(made.content)
    assert re.search(rb"[A-Z]{6}\+Noto-Sans-CJK", inside), "a subset of the typeface is embedded"
    assert b"zh-CN" in inside


def test_missing_signs_are_said_on_the_page_and_to_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = "\U0010fffd"  # no typeface has a sign for private use
    printed: list[str] = []
    real = pdf._printed

    def kept(written: str) -> tuple[bytes, bool]:
        printed.append(written)
        return real(written)

    monkeypatch.setattr(pdf, "_printed", kept)
    made = pdf.render(replace(report(), blocks=(Text("t", "T", (nowhere,)),)))
    assert made.signs_missing
    assert 'role="note">Signs are missing on these pages' in printed[-1]
    assert "fonts-noto-cjk" in printed[-1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_picture_has_its_colours_written_out(lang: str) -> None:
    from evenhand.render import html

    paper = pdf._for_paper(html.page_of(drawn(lang)), None)
    styles = re.findall(r"<svg [^>]*><style>(.*?)</style>", paper, re.DOTALL)
    assert len(styles) == paper.count("<svg ") == 2
    assert all("var(" not in style and "fill:#1f5fa8" in style for style in styles)
    assert all(('"PingFang SC"' in style) == (lang == "zh") for style in styles)


def test_nothing_on_a_page_can_make_the_pdf_fetch_anything() -> None:
    with pytest.raises(ValueError, match="asks for nothing"):
        pdf._nothing("https://example.invalid/x.png")


def test_without_the_extra_the_remedy_is_said_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda _name: None)
    assert run(["--ledger", str(tmp_path), "report", "latency", "-f", "pdf"]) == InputError.exit_code
    said = capsys.readouterr()
    assert said.out == ""
    assert "pip install 'evenhand[pdf]'" in said.err


def test_a_pdf_is_not_written_onto_a_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(["--ledger", str(tmp_path), "report", "latency", "-f", "pdf"]) == UsageError.exit_code
    assert "send it into a file" in capsys.readouterr().err
