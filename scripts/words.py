"""Gather the words marked in the source, keep their translations, compile them.

Types of event and refusals say what they are in their docstrings, which are gathered too.

``make words`` writes ``evenhand.po`` and ``evenhand.mo`` of each language and exits 1 when a translation is missing.
What is no longer said anywhere leaves the catalogue; the repository remembers it.
"""

from __future__ import annotations

import ast
import io
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "evenhand"
HOME = PACKAGE / "words"
DATABASES = ("sa", "sqlalchemy")  # the names under which SQLAlchemy's own text() is called
HEADER = "# The words of Evenhand. The English message is the key; `make words` keeps this file in order."


class Marked(NamedTuple):
    """One message as marked: its English forms, the file it stands in, and the fields given where it is said.

    ``given`` is ``None`` where the message is only marked, or its fields come as a mapping.
    """

    forms: tuple[str, ...]
    file: str
    given: frozenset[str] | None


def marked(package: Path = PACKAGE) -> Iterator[Marked]:
    """Yield every marked constant of the package, file by file."""
    for path in sorted(package.rglob("*.py")):
        file = path.relative_to(package.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (forms := _forms(node)):
                yield Marked(forms, file, _given(node, len(forms)))
            elif said := _declared(node):
                yield Marked((said,), file, None)


def gather(lang: str, *, package: Path = PACKAGE) -> Catalog:
    """Build the catalogue of ``lang``: what the source marks, with the translations its file already has."""
    kept = stored(lang)
    catalogue = Catalog(locale=lang, domain="evenhand", header_comment=HEADER, fuzzy=False)
    places: dict[tuple[str, ...], list[str]] = {}
    for forms, file, _ in marked(package):
        places.setdefault(forms, []).append(file)
    for forms, files in sorted(places.items()):
        before = kept.get(forms[0])
        said = before.string if before is not None and len(_forms_of(before)) == len(forms) else None
        lines = [(file, 0) for file in sorted(set(files))]  # no line numbers: they would change with every edit
        catalogue.add(forms[0] if len(forms) == 1 else forms, said, locations=lines)
    return catalogue


def stored(lang: str) -> Catalog:
    """Read the committed catalogue of ``lang``."""
    with (HOME / lang / "LC_MESSAGES" / "evenhand.po").open("rb") as source:
        return read_po(source, locale=lang)


def written(catalogue: Catalog) -> str:
    """Write a catalogue as text, without dates: the same words give the same file."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, omit_header=True)
    head = [HEADER, 'msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in _head(catalogue).decode().splitlines())]
    return "\n\n".join(["\n".join(head), out.getvalue().decode("utf-8").strip()]).strip() + "\n"


def compiled(source: str, lang: str) -> bytes:
    """Compile the text of a catalogue to what the program reads (GNU MO, little-endian), the same bytes every time.

    Babel's own compiler writes the minute and its version into the file.
    """
    catalogue = read_po(io.BytesIO(source.encode("utf-8")), locale=lang)
    pairs = {b"": _head(catalogue)} | {
        "\0".join(_forms_of(message)).encode(): "\0".join(_strings(message)).encode()
        for message in catalogue
        if message.id and all(_strings(message))
    }
    keys = sorted(pairs)
    index, text = 28, b""
    base = index + 16 * len(keys)
    tables: list[bytes] = []
    for column in (keys, [pairs[key] for key in keys]):
        rows: list[bytes] = []
        for entry in column:
            rows.append(struct.pack("<II", len(entry), base + len(text)))
            text += entry + b"\0"
        tables.append(b"".join(rows))
    magic = struct.pack("<7I", 0x950412DE, 0, len(keys), index, index + 8 * len(keys), 0, base)
    return magic + b"".join(tables) + text


def missing(catalogue: Catalog) -> list[str]:
    """List the English messages of a catalogue that have no translation."""
    return [_forms_of(message)[0] for message in catalogue if message.id and not all(_strings(message))]


def languages() -> list[str]:
    """List the languages that have a catalogue."""
    return sorted(path.parents[1].name for path in HOME.glob("*/LC_MESSAGES/evenhand.po"))


def main() -> int:
    """Rewrite every catalogue; return 1 when a translation is missing."""
    lacking = 0
    for lang in languages():
        catalogue = gather(lang)
        text = written(catalogue)
        folder = HOME / lang / "LC_MESSAGES"
        (folder / "evenhand.po").write_text(text, encoding="utf-8")
        (folder / "evenhand.mo").write_bytes(compiled(text, lang))
        without = missing(catalogue)
        print(f"{lang}: {len(catalogue)} messages, {len(without)} without a translation")
        for message in without:
            print(f"  {message!r}")
        lacking += len(without)
    return 1 if lacking else 0


def _forms(call: ast.Call) -> tuple[str, ...]:
    """Return the constant messages of a call of ``Sentence``, ``mark``, ``.text`` or ``.plural``, or nothing."""
    match call.func:
        case ast.Name(id="_" | "mark" | "Sentence"):
            count = 1
        case ast.Attribute(value=ast.Name(id=owner), attr="text") if owner in DATABASES:
            return ()
        case ast.Attribute(attr="text" | "mark"):
            count = 1
        case ast.Name(id="plural") | ast.Attribute(attr="plural"):
            count = 2
        case _:
            return ()
    given = [a.value for a in call.args[:count] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return tuple(given) if len(given) == count else ()


def _declared(node: ast.AST) -> str | None:
    """Return what a type of event or a refusal says of itself: its docstring is a message that `explain` prints."""
    match node:
        case ast.ClassDef(body=body) if any(isinstance(each, ast.Assign) and _is_topic(each) for each in body):
            return " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
        case ast.FunctionDef(decorator_list=decorators) if any(map(_is_refusal, decorators)):
            return (ast.get_docstring(node) or "").partition("\n")[0]
        case _:
            return None


def _is_topic(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "TOPIC" for target in node.targets)


def _is_refusal(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "refusal"


def _given(call: ast.Call, forms: int) -> frozenset[str] | None:
    """Return the names of the fields a call fills in, ``n`` among them for a plural."""
    names = [word.arg for word in call.keywords]
    match call.func:
        case ast.Name(id="Sentence") | ast.Attribute(attr="text" | "plural") if None not in names:
            pass
        case _:
            return None
    return frozenset(name for name in names if name) | ({"n"} if forms > 1 else frozenset())


def _head(catalogue: Catalog) -> bytes:
    plural = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    lines = (f"Language: {catalogue.locale}", "Content-Type: text/plain; charset=utf-8", f"Plural-Forms: {plural}")
    return "".join(line + "\n" for line in lines).encode()


def _forms_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    said = message.string
    return (said,) if isinstance(said, str) else tuple(said or ("",))


if __name__ == "__main__":
    sys.exit(main())
