from __future__ import annotations

import importlib.util
import string
import subprocess
import sys
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest

from evenhand import config
from evenhand.errors import InputError
from evenhand.words import Translate, languages, mark, translator

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(path.name for path in (ROOT / "src/evenhand/words").iterdir() if (path / "LC_MESSAGES").is_dir())


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("words_tool", ROOT / "scripts" / "words.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["words_tool"] = module
    spec.loader.exec_module(module)
    return module


def fields(message: str) -> set[str]:
    """Name the fields of a message; what stands in braces as an example of JSON or TOML is no name."""
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None and name.isidentifier()}


@pytest.mark.parametrize("lang", CATALOGUES)
def test_everything_said_in_english_is_said_in_every_other_language(tool, lang: str) -> None:
    lacking = tool.missing(tool.gather(lang))
    assert lacking == [], f"run `make words`, then translate these in src/evenhand/words/{lang}/LC_MESSAGES/evenhand.po"


@pytest.mark.parametrize("lang", CATALOGUES)
def test_the_committed_catalogue_is_what_the_source_marks(tool, lang: str) -> None:
    committed = (ROOT / f"src/evenhand/words/{lang}/LC_MESSAGES/evenhand.po").read_text(encoding="utf-8")
    assert committed == tool.written(tool.gather(lang)), "run `make words` and commit what it writes"


@pytest.mark.parametrize("lang", CATALOGUES)
def test_the_compiled_words_are_those_of_the_catalogue(tool, lang: str) -> None:
    folder = ROOT / f"src/evenhand/words/{lang}/LC_MESSAGES"
    source = (folder / "evenhand.po").read_text(encoding="utf-8")
    assert (folder / "evenhand.mo").read_bytes() == tool.compiled(source, lang), "run `make words` and commit the rest"


@pytest.mark.parametrize("lang", CATALOGUES)
def test_a_translation_fills_in_the_same_fields(tool, lang: str) -> None:
    for message in tool.stored(lang):
        forms = [message.id] if isinstance(message.id, str) else list(message.id)
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = set().union(*(fields(form) for form in forms))
        assert all(fields(one) <= wanted for one in said), forms[0]
        assert set().union(*(fields(one) for one in said)) == wanted, forms[0]


def test_every_field_of_a_message_is_filled_in_where_it_is_said(tool) -> None:
    said = [marked for marked in tool.marked() if marked.given is not None]
    wrong = [m for m in said if m.given - {"n"} != set().union(*(fields(form) for form in m.forms)) - {"n"}]
    assert wrong == []


def test_the_languages_one_can_set_are_those_there_are_words_for() -> None:
    assert set(config.LANGS) == set(languages())
    assert [translator(lang).lang for lang in config.LANGS] == list(config.LANGS)


def test_a_language_nobody_translated_is_refused_with_those_there_are() -> None:
    for lang in ("fr", "../zh", ""):
        with pytest.raises(InputError, match="expected one of en, zh"):
            translator(lang)


def test_english_is_the_source_itself() -> None:
    english = translator("en")
    assert english.text("told within {days} days", days=3) == "told within 3 days"
    assert english.text("100 % {sic}") == "100 % {sic}"
    assert english.plural("{n} entry", "{n} entries", 1) == "1 entry"
    assert english.plural("{n} entry of {total}", "{n} entries of {total}", 2, total=9) == "2 entries of 9"
    assert mark("still untold") == "still untold"


def test_chinese_has_one_form_for_any_number(tool) -> None:
    source = (
        'msgid ""\nmsgstr ""\n"Language: zh\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "{n} entry"\nmsgid_plural "{n} entries"\nmsgstr[0] "{n} 条记录"\n\n'
        'msgid "told within {days} days"\nmsgstr "在 {days} 天内告知"\n'
    )
    chinese = Translate("zh", GNUTranslations(BytesIO(tool.compiled(source, "zh"))))
    assert [chinese.plural("{n} entry", "{n} entries", n) for n in (1, 2)] == ["1 条记录", "2 条记录"]
    assert chinese.text("told within {days} days", days=3) == "在 3 天内告知"
    assert chinese.text("never translated") == "never translated"


def test_what_is_marked_is_gathered_and_sql_is_not(tool, tmp_path: Path) -> None:
    package = tmp_path / "evenhand"
    package.mkdir()
    (package / "said.py").write_text(
        'a = words.text("one")\nb = _("two")\nc = mark("three")\nd = say.plural("{n} x", "{n} xs", 2)\n'
        'e = sqlalchemy.text("select 1")\nf = text("select 2")\ng = words.text(f"no {a}")\nh = words.text(a)\n'
        'i = Sentence("four {n}", n=Sentence("five"))\nj = Sentence.plural("{n} y", "{n} ys", 2)\n'
        'k = Sentence(f"no {a}")\n',
        encoding="utf-8",
    )
    found = {marked.forms for marked in tool.marked(package)}
    assert found == {
        *(("one",), ("two",), ("three",), ("four {n}",), ("five",)),
        *(("{n} x", "{n} xs"), ("{n} y", "{n} ys")),
    }


def test_a_translation_survives_gathering_and_an_unsaid_message_leaves(tool, tmp_path: Path, monkeypatch) -> None:
    home, package = tmp_path / "words", tmp_path / "evenhand"
    (home / "zh" / "LC_MESSAGES").mkdir(parents=True)
    package.mkdir()
    monkeypatch.setattr(tool, "HOME", home)
    (home / "zh/LC_MESSAGES/evenhand.po").write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "kept"\nmsgstr "保留"\n\nmsgid "gone"\nmsgstr "消失"\n',
        encoding="utf-8",
    )
    (package / "said.py").write_text('words.text("kept")\nwords.text("new")\n', encoding="utf-8")
    catalogue = tool.gather("zh", package=package)
    text = tool.written(catalogue)
    assert 'msgid "kept"\nmsgstr "保留"' in text
    assert "gone" not in text
    assert tool.missing(catalogue) == ["new"]


def test_the_words_load_without_babel_and_without_anything_heavy() -> None:
    probe = (
        "import sys, evenhand.words, evenhand.config, evenhand.resources; evenhand.words.translator('zh');"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    heavy = {"babel", "duckdb", "eventsourcing", "numpy", "pandas", "pydantic", "rich", "scipy", "sqlalchemy", "typer"}
    assert not heavy & set(done.stdout.split())


@pytest.mark.parametrize(
    ("word", "formerly"),
    [("考察中", "评估中"), ("回执", "收悉回执"), ("群体", "组别"), ("文本检查", "文字检查"), ("改进行动", "改进措施")],
)
def test_one_thing_has_one_word_in_chinese(word: str, formerly: str) -> None:
    files = [*ROOT.glob("reports/*/*.toml"), *ROOT.glob("projections/*.toml"), *ROOT.glob("src/evenhand/words/**/*.po")]
    said = {each: each.read_text(encoding="utf-8") for each in files}
    assert any(word in each for each in said.values())
    assert [each.name for each, text in said.items() if formerly in text] == []


def test_a_channel_and_the_way_somebody_applied_have_words_of_their_own_in_chinese() -> None:
    said = "".join(each.read_text(encoding="utf-8") for each in ROOT.glob("reports/*/report.toml"))
    assert '{ en = "Channel", zh = "渠道" }' in said
    assert '{ en = "Route", zh = "应聘途径" }' in said
