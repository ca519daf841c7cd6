from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.blocks import ROOT, Reader, blocks, commands, needs

PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN = [
    page for page in PAGES if page.name != "README.zh-CN.md" and any(block.kind == "console" for block in blocks(page))
]
SCRIPTS = sorted((ROOT / "examples" / "python").glob("*.py"))


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def needed(request: pytest.FixtureRequest) -> dict[str, str]:
    page = request.node.callspec.params["page"]
    return needs(page) if page.suffix == ".md" else {"files": "examples/python"}


@pytest.mark.parametrize("page", RUN, ids=name)
def test_the_commands_of_a_page_do_what_it_says(page: Path, reader: Reader) -> None:
    assert reader.follow(page) == []


@pytest.mark.parametrize("page", [ROOT / "docs/reference/python-api.md"], ids=name)
def test_the_python_of_a_page_prints_what_it_says(page: Path, reader: Reader) -> None:
    reader.check_python(page)


@pytest.mark.parametrize("page", SCRIPTS, ids=name)
def test_an_example_runs(page: Path, reader: Reader) -> None:
    reader.run_python(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_link_to_a_heading_finds_it(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]*#[^)\s]+)\)", text) if not re.match(r"[a-z]+:", link)]
    lost = []
    for link in links:
        path, _, anchor = link.partition("#")
        if anchor not in anchors((page.parent / path).resolve() if path else page):
            lost.append(link)
    assert lost == []


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or not page.is_file() or page.suffix != ".md":
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)\s#]+\.md)", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link).resolve() for link in links]
    pages = {page for page in PAGES if page.name != "template.md"}
    assert sorted(map(name, pages - seen)) == []


def test_the_chinese_readme_shows_what_the_english_one_shows_and_is_tested_with_it() -> None:
    english, chinese = ([each.text for each in blocks(page) if each.kind == "console"] for page in PAGES[:2])
    assert chinese == english


def test_the_chinese_tutorial_runs_what_the_english_one_runs() -> None:
    english, chinese = (
        [
            (each.text, each.exit)
            for block in blocks(ROOT / "docs" / page)
            if block.kind == "console"
            for each in commands(block)
        ]
        for page in ("tutorial.md", "tutorial.zh-CN.md")
    )
    assert chinese == english


@pytest.mark.parametrize("page", [("README.md", "README.zh-CN.md"), ("docs/tutorial.md", "docs/tutorial.zh-CN.md")])
def test_a_chinese_page_has_the_sections_and_links_of_the_english_one(page: tuple[str, str]) -> None:
    def told(each: str) -> tuple[list[int], set[str]]:
        text = re.sub(r"```.*?```", "", (ROOT / each).read_text(encoding="utf-8"), flags=re.DOTALL)
        levels = [len(found) for found in re.findall(r"^(#+) ", text, re.MULTILINE)]
        links = {
            re.sub(r"\.zh-CN\.md|#.*", ".md", link).replace(".md.md", ".md")
            for link in re.findall(r"\]\(([^)\s]+)\)", text)
        }
        return levels, links

    english, chinese = map(told, page)
    assert chinese[0] == english[0]
    assert chinese[1] - {"README.md", "tutorial.md"} == english[1] - {"README.md", "tutorial.md"}


def anchors(page: Path) -> set[str]:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
