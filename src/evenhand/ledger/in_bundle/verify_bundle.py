#!/usr/bin/env python3
"""Check a bundle of an Evenhand ledger. Read this program first: it needs Python 3.11 and "cryptography", no more.

核查 Evenhand 账本的证据包。请先读这个程序，再运行它：python3 verify_bundle.py 证据包文件夹

    python3 verify_bundle.py BUNDLE [--trust FILE] [--held FILE]... [--receipt FILE]... [--json]
    python3 verify_bundle.py FILE.tlog-proof --trust FILE [--json]

What it proves: every line of entries.ndjson has the one form that all readers read alike; positions, versions and times
of recording are in order; and the lines are those for which the keys of the trust file signed, witnesses cosigned and
receipts were given. To change, remove, add or move an entry, somebody needs these keys, or must touch only what comes
after the newest checkpoint and was receipted to nobody. A proof shows the same for one entry, without the others.

What it does not prove: that everything was recorded, that what was recorded is true, or when. Time stamps it leaves to
openssl, and prints the command for each. Whatever it could not check it lists, every time, under "not checked".

Exit status: 0 ok, 3 something is wrong, 2 used in a wrong way, 4 the trust file cannot be used.
The parts, in order: the tree, keys and notes, the trust file, lines, the bundle, the report.
"""

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # import nothing that lies beside this program: a bundle could bring a json.py of its own

import argparse
import base64
import hashlib
import io
import json
import os
import re
import shlex
import tomllib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENTRIES, MANIFEST, TRUST = "entries.ndjson", "manifest.json", "trust.toml"
LONGEST_LINE, LARGEST_FILE, LARGEST_MANIFEST = 65_535, 1_000_000, 100_000_000
DEEPEST, LARGEST_INTEGER = 32, 2**53 - 1


class WrongError(ValueError):
    """What was read is not as it must be; the message says in what way and repeats nothing that was recorded."""


def must(right: object, problem: str) -> None:
    """Refuse what is not right."""
    if not right:
        raise WrongError(problem)


# The tree (RFC 6962). A leaf is the hash of one line; the root stands for all lines in their order.


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


class Tree:
    """Grows leaf by leaf. It holds only the roots of its complete subtrees, the widest first."""

    def __init__(self) -> None:
        self.size, self.peaks = 0, list[bytes]()

    def add(self, leaf: bytes) -> None:
        full, self.size = self.size, self.size + 1
        while full & 1:
            leaf, full = above(self.peaks.pop(), leaf), full >> 1
        self.peaks.append(leaf)

    def root(self) -> bytes:
        root = self.peaks[-1] if self.peaks else sha256(b"")
        for left in reversed(self.peaks[:-1]):
            root = above(left, root)
        return root


def above(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def half(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1  # the largest power of two below: how many leaves the left subtree has


def root_over(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Answer with the root to which a proof leads from a leaf (``index`` from 0); hashes are taken off its end."""
    if size == 1:
        return leaf
    must(proof, "it has too few hashes")
    beside, left = proof.pop(), half(size)
    if index < left:
        return above(root_over(leaf, index, left, proof), beside)
    return above(beside, root_over(leaf, index - left, size - left, proof))


def roots_over(known: bytes | None, old: int, new: int, proof: list[bytes]) -> tuple[bytes, bytes]:
    """Answer with the older and the newer root to which a proof leads.

    ``known`` is the older root, for which a proof has no hash as long as the older tree is a whole left side.
    """
    must(known or proof, "it has too few hashes")
    if old == new:
        root = known or proof.pop()
        return root, root
    must(proof, "it has too few hashes")
    beside, left = proof.pop(), half(new)
    if old <= left:
        before, after = roots_over(known, old, left, proof)
        return before, above(after, beside)
    before, after = roots_over(None, old - left, new - left, proof)
    return above(beside, before), above(beside, after)


# Keys and notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof). Each can be written in one way only:
# what can be written in two ways can be signed once and shown twice.

LOG, WITNESS = 1, 4  # kinds of keys: a log signs the text, a witness a time and the text
P = 2**255 - 19  # the field of Ed25519; D and EIGHTH, of its curve, tell the keys for which anybody can sign
D = -121665 * pow(121666, -1, P) % P
EIGHTH = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")


def utf8(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise WrongError("it is not UTF-8") from None


def number(text: str) -> int:
    must(re.fullmatch("0|[1-9][0-9]{0,18}", text) and int(text) < 2**63, "a number is not written in plain digits")
    return int(text)


def unbase64(text: str, length: int | None = None) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        raise WrongError("something is not base64") from None
    must(base64.b64encode(found).decode() == text, "base64 is written in another way than the usual one")
    must(length in {None, len(found)}, f"something has {len(found)} bytes where there should be {length}")
    return found


def must_be_name(name: str) -> None:
    wrong = not name or "+" in name or any(each.isspace() or each < " " for each in name)
    must(not wrong, "a name is empty, or has a space or a plus in it")


class Key(NamedTuple):
    """A public key, written ``name+hash+key``."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str, kind: int) -> "Key":
        form = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})", text)
        must(form, "a key is not written as name+hash+key")
        name, digits, coded = form.groups() if form else ("", "", "")
        must_be_name(name)
        key = unbase64(coded, 33)
        must(key[0] == kind, "a key is of another kind than belongs here")
        must(sha256(name.encode() + b"\n" + key)[:4].hex() == digits, "a key's hash is not that of its name and key")
        y = int.from_bytes(key[1:], "little") & (1 << 255) - 1
        must(y < P and y not in {0, 1, P - 1, EIGHTH, P - EIGHTH}, "a key is unsafe: anybody can sign in its name")
        square = (y * y - 1) * pow(D * y * y + 1, -1, P)
        must(pow(square, (P - 1) // 2, P) == 1, "a key is no point of its curve")
        return cls(name, bytes.fromhex(digits), kind, key[1:])

    def made(self, signature: bytes, text: str) -> bool:
        """Say whether this key made a signature; one that is false in its name spoils the note."""
        message = text
        if self.kind == WITNESS:
            seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            must(seconds < 2**63, "a cosignature's time is beyond all times")
            message = f"cosignature/v1\ntime {seconds}\n{text}"
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message.encode())
        except (InvalidSignature, ValueError):
            raise WrongError(f"the signature in the name of {self.name} was not made with its key") from None
        return True


class Note(NamedTuple):
    """A text and the signatures under it, each with a name, the key's id and the signature itself."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, content: bytes) -> "Note":
        must(len(content) <= LARGEST_FILE, f"it is larger than {LARGEST_FILE:,} bytes")
        whole = utf8(content)
        must(not re.search("[\0-\x09\x0b-\x1f]", whole), "it has a control character in it")
        text, blank, below = whole.rpartition("\n\n")
        must(text and blank and below.endswith("\n"), "it is not a text, a blank line and lines of signatures")
        signatures: list[tuple[str, bytes, bytes]] = []
        for line in below[:-1].split("\n"):
            dash, name, value = line.split(" ") if line.count(" ") == 2 else ("", "", "")
            must(dash == "—", "a line under the text is no signature: a dash, a name, base64")
            must_be_name(name)
            coded = unbase64(value)
            must(len(coded) > 4, "a signature is shorter than the id of its key")
            signatures.append((name, coded[:4], coded[4:]))
        must(len(set(signatures)) == len(signatures), "a signature stands twice")
        return cls(text + "\n", tuple(signatures))

    def signers(self, keys: Iterable[Key]) -> set[Key]:
        """Answer with those of these keys that signed; signatures of other keys mean nothing."""
        pairs = [(key, sign) for key in keys for *who, sign in self.signatures if who == [key.name, key.id]]
        return {key for key, sign in pairs if key.made(sign, self.text)}


class Checkpoint(NamedTuple):
    """A log's word: it has so many entries, and this is the root of their tree."""

    origin: str
    size: int
    root: bytes
    note: Note

    @classmethod
    def parse(cls, content: bytes) -> "Checkpoint":
        note = Note.parse(content)
        lines = note.text[:-1].split("\n")
        must(len(lines) == 3 and lines[0], "a checkpoint is three lines: log, size, root")
        return cls(lines[0], number(lines[1]), unbase64(lines[2], 32), note)


class Receipt(NamedTuple):
    """A log's word, given to somebody: this stands at that position."""

    origin: str
    position: int
    leaf: bytes
    recorded_at: str
    note: Note

    @classmethod
    def parse(cls, content: bytes) -> "Receipt":
        note = Note.parse(content)
        header, *lines = note.text[:-1].split("\n")
        must(header == "evenhand receipt v1" and len(lines) == 4 and lines[0], "it is no receipt")
        must(number(lines[1]), "the position is 0; positions begin with 1")
        must(is_time(lines[3]), "its time is not one")
        return cls(lines[0], number(lines[1]), unbase64(lines[2], 32), lines[3], note)


class Proof(NamedTuple):
    """The hashes that lead from an entry (``index``), or from an older size (``old``), to a checkpoint."""

    extra: bytes | None  # the entry's line, if the file brings it along
    at: int
    hashes: list[bytes]
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, content: bytes, word: str) -> "Proof":
        must(len(content) <= LARGEST_FILE, f"it is larger than {LARGEST_FILE:,} bytes")
        proof, _, note = utf8(content).partition("\n\n")
        lines = proof.split("\n")
        must(word == "old" or lines.pop(0) == "c2sp.org/tlog-proof@v1", "its first line is not c2sp.org/tlog-proof@v1")
        brings = word == "index" and lines and lines[0].startswith("extra ")
        extra = unbase64(lines.pop(0)[6:]) if brings else None
        must(lines and lines[0].startswith(word + " "), f"there is no line that begins with {word}")
        at = number(lines.pop(0)[len(word) + 1 :])
        must(len(lines) <= 63, "a proof has at most 63 hashes")
        return cls(extra, at, [unbase64(line, 32) for line in lines], Checkpoint.parse(note.encode()))

    def must_lead_from(self, leaf: bytes) -> None:
        """Refuse a proof that does not lead from this leaf to the checkpoint's root."""
        must(self.at < self.checkpoint.size, "it is of an entry that its checkpoint does not have")
        left = list(self.hashes)
        right = root_over(leaf, self.at, self.checkpoint.size, left) == self.checkpoint.root
        must(right and not left, "it does not lead from the entry to the root")

    def must_extend(self, root: bytes | None) -> None:
        """Refuse a proof that does not lead from the older tree with this root to the checkpoint's."""
        must(root and 0 < self.at <= self.checkpoint.size, "it does not begin with a size that can be compared")
        left = list(self.hashes)
        right = roots_over(root, self.at, self.checkpoint.size, left) == (root, self.checkpoint.root)
        must(right and not left, "it does not lead from the older root to the newer")


# The trust file says whose keys count. Whoever relies on the result writes it, not whoever sent the bundle.


class Trust(NamedTuple):
    """A trust file, read. One that asks for anything this program does not understand is refused."""

    origin: str
    log_keys: list[Key]
    witnesses: list[Key]
    quorum: int
    stamps: bool  # whether it names authorities; what it says about times is otherwise left to evenhand verify

    @classmethod
    def parse(cls, content: bytes) -> "Trust":
        must(len(content) <= LARGEST_FILE, f"it is larger than {LARGEST_FILE:,} bytes")
        try:
            found = tomllib.loads(utf8(content))
        except (ValueError, RecursionError) as wrong:
            raise WrongError(f"it is not TOML: {wrong}") from None
        given = dict[str, Any](witnesses=[], quorum=0, times={}) | found
        kinds = {"origin": str, "log_keys": list, "witnesses": list, "quorum": int, "times": dict}
        must(given.keys() == kinds.keys(), f"it must say this and nothing else: {', '.join(kinds)}")
        for name, kind in kinds.items():
            must(type(given[name]) is kind, f"{name} is of a wrong kind")
        times = {"authorities", "skew_seconds", "delay_hours", "since"}
        must(given["times"].keys() <= times, f"times may say this and nothing else: {', '.join(sorted(times))}")
        log_keys = [Key.parse(str(each), LOG) for each in given["log_keys"]]
        witnesses = [Key.parse(str(each), WITNESS) for each in given["witnesses"]]
        must(given["origin"] and log_keys, "it names no log, or no key of it")
        once = len({each.public for each in log_keys + witnesses}) == len(log_keys) + len(witnesses)
        must(once, "one key stands twice: each witness needs its own")
        must(0 <= given["quorum"] <= len(witnesses), "the quorum asks for more witnesses than are named")
        return cls(given["origin"], log_keys, witnesses, given["quorum"], bool(given["times"].get("authorities")))


# Lines. Each is one entry, exactly as it was hashed; nothing is parsed and written again in order to be compared.

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
TYPE = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*)+\.v[1-9][0-9]{0,8}"
LINE = re.compile(
    rf'{{"position":([1-9][0-9]{{0,15}}),"recorded_at":"({TIME})","stream":"({UUID})",'
    rf'"version":([1-9][0-9]{{0,15}}),"id":"({UUID})","type":"({TYPE})","body":({{[^\r\n]*}})}}'.encode()
)


def is_time(text: str) -> bool:
    try:
        return bool(re.fullmatch(TIME, text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def once_each(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    must(len(found) == len(members), "an object in it has a name twice")
    return found


def exact(digits: str) -> int:
    must(len(digits) <= 17 and digits != "-0", "an integer in it is too large, or -0")
    must(abs(int(digits)) <= LARGEST_INTEGER, "an integer in it is too large: not every reader keeps it exactly")
    return int(digits)


def no_float(_: str) -> NoReturn:
    raise WrongError("a number in it is not an integer")


JSON = json.JSONDecoder(object_pairs_hook=once_each, parse_int=exact, parse_float=no_float, parse_constant=no_float)


def read_json(content: bytes) -> dict[str, Any]:
    """Read an object of JSON that all readers read alike, and refuse all else."""
    text = utf8(content)
    if text.count("{") + text.count("[") > DEEPEST:
        depth = 0
        for each in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', text, re.DOTALL):
            depth += (each[0] in "{[") - (each[0] in "}]")
            must(depth <= DEEPEST, f"it is nested deeper than {DEEPEST}")
    try:
        found = JSON.decode(text)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError:
        raise WrongError("it is not JSON") from None
    except UnicodeEncodeError:
        raise WrongError("it escapes half of a surrogate pair, which is no character") from None
    must(isinstance(found, dict), "it is no JSON object")
    return dict(found)


class Entry(NamedTuple):
    """What was read in one line."""

    position: int
    recorded_at: str
    stream: bytes
    version: int
    id: bytes
    type: bytes
    body: dict[str, Any]

    @classmethod
    def parse(cls, line: bytes) -> "Entry":
        must(len(line) <= LONGEST_LINE, f"its line is longer than {LONGEST_LINE:,} bytes")
        form = LINE.fullmatch(line)
        if form is None:
            raise WrongError("its line is not that of an entry")
        position, recorded_at, stream, version, own_id, topic, body = form.groups()
        must(max(int(position), int(version)) <= LARGEST_INTEGER, "its position or version is too large")
        must(is_time(recorded_at.decode()), "its recorded_at is no time")
        return cls(int(position), recorded_at.decode(), stream, int(version), own_id, topic, read_json(body))


class Lines:
    """Reads the lines from the first to the last, or to the first that is wrong, and keeps what will be asked for."""

    def __init__(self, sizes: set[int], positions: set[int]) -> None:
        self.sizes, self.positions = sizes, positions
        self.tree, self.time, self.origin, self.stream = Tree(), "", "", b""
        self.roots = {0: self.tree.root()}  # by size, for the sizes asked for
        self.kept: dict[int, tuple[bytes, str]] = {}  # leaf and time, for the positions asked for
        self.ids: set[bytes] = set()
        self.versions: dict[bytes, int] = {}
        self.terms: dict[int, Key] = {}  # from which entry on which key signs for the log

    def read(self, file: BinaryIO) -> None:
        while line := file.readline(LONGEST_LINE + 2):
            must(line.endswith(b"\n") or len(line) > LONGEST_LINE, "its line does not end in a line feed")
            self.take(line.removesuffix(b"\n"))
        must(self.tree.size, "it is missing: it should open the ledger")

    def take(self, line: bytes) -> None:
        """Take one line in: its form, its place among those before, its hash."""
        entry, position = Entry.parse(line), self.tree.size + 1
        must(entry.position == position, "it is missing: another position stands in its place")
        must(entry.recorded_at >= self.time, "recorded_at is earlier than in the entry before it")
        before = self.versions.get(entry.stream, 0)
        must(entry.version == before + 1, "its version is not one more than the last before it in its stream")
        must(entry.id not in self.ids, "its id stands twice")
        self.time, self.versions[entry.stream] = entry.recorded_at, entry.version
        self.ids.add(entry.id)
        if position == 1 or entry.stream == self.stream:
            self.hear(entry)
        leaf = sha256(b"\0" + line)
        self.tree.add(leaf)
        if position in self.sizes:
            self.roots[position] = self.tree.root()
        if position in self.positions:
            self.kept[position] = leaf, entry.recorded_at

    def hear(self, entry: Entry) -> None:
        """Hear what the ledger says of itself: its name, and which keys sign for it from where on."""
        if entry.position == 1:
            form = entry.body.get("format")
            opens = entry.type == b"ledger.opened.v1" and type(form) is int and form == 1
            must(opens, "it does not open a ledger of format 1, the one that this program knows")
            self.origin, self.stream = str(entry.body.get("origin", "")), entry.stream
        if entry.type in {b"ledger.opened.v1", b"log_key.rotated.v1"}:
            try:
                self.terms[entry.position] = Key.parse(str(entry.body.get("log_key")), LOG)
            except WrongError:
                self.terms, self.stream = {}, b""  # what it names is no key: no signature counts


# The bundle: files, and what they say of the lines.

Named = tuple[str, bytes]  # a file's name and content
Papers = list[tuple[str, Any]]  # files' names, and what was read in them
COUNTED = {"checkpoints": r"\.checkpoint$", "tokens": r"\.tsr$", "inclusion_proofs": r"\.tlog-proof$",
           "consistency_proofs": r"\.consistency$", "receipts": "^receipts/"}  # fmt: skip


def read_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def listed(folder: Path, report: "Report", inside: str = "") -> Iterator[tuple[str, Path]]:
    """List all files by their names in the bundle: in it or one folder deeper. A link could lead anywhere."""
    for each in sorted(folder.iterdir()):
        if each.is_symlink() or not (each.is_file() or (each.is_dir() and not inside)):
            report.find(inside + each.name, "it is not a plain file")
        elif each.is_dir():
            yield from listed(each, report, f"{each.name}/")
        else:
            yield inside + each.name, each


class Bundle:
    """Holds the lines of a bundle against everything else in it, and against what somebody kept elsewhere."""

    def __init__(self, folder: Path, report: "Report", trust: Trust | None) -> None:
        self.report, self.trust = report, trust
        self.files = dict(listed(folder, report))
        self.unknown = self.files.keys() - {ENTRIES, MANIFEST, TRUST, "README.txt", "verify_bundle.py"}
        self.heads: dict[str, tuple[int, str, set[Key]]] = {}  # what was signed: its size, a file, who cosigned it

    def named(self, form: str) -> list[Named]:
        found = [name for name in self.files if re.fullmatch(form, name, re.DOTALL)]
        self.unknown -= {*found}
        return [(name, read_file(self.files[name])) for name in found]

    def parsed(self, papers: list[Named], parse: Callable[[bytes], Any]) -> Papers:
        found: Papers = []
        for name, content in papers:
            with self.report.about(name):
                found.append((name, parse(content)))
        return found

    def check(self, held: list[Named], receipts: list[Named]) -> None:
        """Check everything: read the papers, then the lines, then hold the lines against the papers."""
        report, before = self.report, len(self.report.findings)
        signed = self.named(r"checkpoints/.*\.checkpoint") + held
        heads = self.parsed(signed, Checkpoint.parse)
        given = self.parsed(self.named("receipts/.*") + receipts, Receipt.parse)
        entries = self.parsed(self.named(r"proofs/.*\.tlog-proof"), lambda each: Proof.parse(each, "index"))
        growths = self.parsed(self.named(r"proofs/.*\.consistency"), lambda each: Proof.parse(each, "old"))
        spoiled = len(report.findings) > before
        whole = self.check_lines(heads, given, entries, growths)
        self.check_manifest()
        if not whole:
            report.not_checked += ["everything else: the lines were not read to their end"]
            return
        before, told = len(report.findings), list[str]()
        if self.trust and self.trust.origin != self.lines.origin:
            report.find(TRUST, "the trust file is for another log than this")
        if self.trust and not signed:
            report.find(ENTRIES, "there is no checkpoint of them, and the trust file asks for one")
        for what, papers, hold in (
            ("checkpoints: {:,}; the lines are those that were signed", heads, self.hold_head),
            ("receipts: {:,}; the entries stand where and as they were receipted", given, self.hold_receipt),
            ("proofs of single entries: {:,}", entries, self.hold_entry),
            ("proofs that a checkpoint extends an older one: {:,}", growths, self.hold_growth),
        ):
            for name, paper in papers:
                with report.about(name):
                    hold(name, paper)
            told += [what.format(len(papers))] if papers else []
        told += self.count_witnesses()
        report.checked += [] if spoiled or len(report.findings) > before else told
        self.say_what_is_left(kept=bool(held))

    def check_lines(self, heads: Papers, given: Papers, entries: Papers, growths: Papers) -> bool:
        """Read the lines, and keep the roots and leaves that these papers speak of; say whether all are right."""
        sizes = {each.size for _, each in heads} | {each.at for _, each in growths}
        sizes |= {each.checkpoint.size for _, each in entries + growths}
        positions = {each.position for _, each in given} | {each.at + 1 for _, each in entries}
        self.lines, path = Lines(sizes, positions), self.files.get(ENTRIES)
        try:
            with path.open("rb") if path else io.BytesIO() as file:
                self.lines.read(file)
        except WrongError as wrong:
            self.report.entries = self.lines.tree.size
            self.report.find(ENTRIES, f"{wrong}; nothing was read behind it", self.report.entries + 1)
            return False
        self.report.entries, self.report.root = self.lines.tree.size, self.lines.tree.root()
        self.report.checked.append(f"lines: {self.report.entries:,}; each was hashed, and form and order are right")
        return True

    def check_manifest(self) -> None:
        """Compare the bundle with its manifest, the sender's word alone, which shows what was lost on the way."""
        before, files = len(self.report.findings), dict[str, Any]()
        with self.report.about(MANIFEST):
            must(MANIFEST in self.files, "it is missing")
            must(self.files[MANIFEST].stat().st_size <= LARGEST_MANIFEST, "it is too large")
            found = read_json(self.files[MANIFEST].read_bytes())
            must(isinstance(found.get("files"), dict), "it lists no files")
            files = found["files"]
            said: dict[str, Any] = {"bundle": 1}
            said |= {what: sum(bool(re.search(form, name)) for name in self.files) for what, form in COUNTED.items()}
            if self.report.root:
                said |= {"origin": self.lines.origin, "entries": self.lines.tree.size, "root": self.report.root.hex()}
            wrong = [name for name, value in said.items() if found.get(name) != value]
            must(not wrong, f"it says otherwise than the bundle: {', '.join(wrong)}")
        for name in sorted((self.files.keys() | files.keys()) - {MANIFEST}):
            if name not in self.files:
                self.report.find(name, "it is missing: the manifest lists it")
            elif files.get(name) != self.digest(name):
                self.report.find(name, "it is not as the manifest lists it" if name in files else "it is not listed")
        if len(self.report.findings) == before:
            self.report.checked.append(f"manifest: {len(files):,} files, none missing, none more, none changed")

    def digest(self, name: str) -> dict[str, Any]:
        with self.files[name].open("rb") as file:
            return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": file.tell()}

    def must_be_ours(self, note: Note, origin: str, size: int | None = None) -> None:
        """Refuse what was not signed with the log's key of that time, or with none that the trust file names."""
        must(origin == self.lines.origin, "it is of another log than this")
        own = {*self.lines.terms.values()}
        trusted = {*self.trust.log_keys} if self.trust else own
        signed = note.signers(own | trusted)
        must(signed, "it is not signed with a key of this log")
        of_then = own if size is None else {*[key for first, key in self.lines.terms.items() if first <= size][-1:]}
        must(signed & of_then, "it is signed with a key that was not the log's when it had so many entries")
        must(signed & trusted, "it is not signed with a key that the trust file names")

    def must_stand(self, name: str, signed: Checkpoint) -> None:
        """Refuse a checkpoint that is not the log's, or that was signed over other lines."""
        self.must_be_ours(signed.note, signed.origin, signed.size)
        if signed.size > self.report.entries:
            said = f"it and all up to entry {signed.size:,} are missing: they stood here when this was signed"
            self.report.find(name, said, self.report.entries + 1)
        else:
            same = self.lines.roots.get(signed.size) == signed.root
            must(same, f"the first {signed.size:,} entries are not those that were signed")

    def hold_head(self, name: str, signed: Checkpoint) -> None:
        cosigners = signed.note.signers(self.trust.witnesses if self.trust else [])
        again = signed.note.text in self.heads
        self.must_be_ours(signed.note, signed.origin, signed.size)
        self.heads.setdefault(signed.note.text, (signed.size, name, set()))[2].update(cosigners)
        if not again:
            self.must_stand(name, signed)

    def hold_receipt(self, name: str, receipt: Receipt) -> None:
        receipt.note.signers(self.trust.witnesses if self.trust else [])
        self.must_be_ours(receipt.note, receipt.origin)
        if receipt.position > self.report.entries:
            self.report.find(name, "it is missing: this receipt was given for it", receipt.position)
        elif self.lines.kept.get(receipt.position) != (receipt.leaf, receipt.recorded_at):
            self.report.find(name, "it is not the entry that this receipt was given for", receipt.position)

    def hold_entry(self, name: str, proof: Proof) -> None:
        self.must_stand(name, proof.checkpoint)
        leaf, _ = self.lines.kept.get(proof.at + 1, (b"", ""))
        must(proof.extra is None or sha256(b"\0" + proof.extra) == leaf, "it brings another line than stands here")
        proof.must_lead_from(leaf)

    def hold_growth(self, name: str, proof: Proof) -> None:
        self.must_stand(name, proof.checkpoint)
        proof.must_extend(self.lines.roots.get(proof.at))

    def count_witnesses(self) -> list[str]:
        self.newest, name, cosigners = max(self.heads.values(), key=lambda each: each[0], default=(0, "", set[Key]()))
        self.witnessed, quorum = False, self.trust.quorum if self.trust and self.heads else 0
        if not quorum:
            return []
        self.witnessed = len(cosigners) >= quorum
        said = f"{len(cosigners)} cosigned the newest checkpoint, of {self.newest:,} entries; asked for are {quorum}"
        if not self.witnessed:
            self.report.find(name, f"witnesses: {said}")
        return [f"witnesses: {said}"]

    def say_what_is_left(self, *, kept: bool) -> None:
        """Say what was not checked, and why."""
        after, asked = self.report.entries - self.newest, bool(self.trust and self.trust.quorum)
        reasons = {
            "whether anybody signed for these entries: there is no checkpoint": not self.heads,
            "whether the ledger was written anew together with its checkpoints: none that was kept elsewhere was given "
            "(--held)": self.heads and not kept and not self.witnessed,
            "whose key signed: the ledger names it; a trust file would say whose keys count (--trust)": not self.trust,
            "whether everybody is shown the same ledger: no witness was asked for": not asked,
            f"whether the {after:,} entries after the newest checkpoint are those that were recorded": after > 0,
        }
        self.report.not_checked += [said for said, stands in reasons.items() if stands]
        self.say_times(self.named(r"checkpoints/.*\.tsr"))
        self.report.not_checked += [f"{name}: this program knows no such file" for name in sorted(self.unknown)]
        self.report.not_checked += LIMITS

    def say_times(self, tokens: list[Named]) -> None:
        """List the time stamps for openssl; one of the newest checkpoint must be there if stamps are asked for."""
        digests = {sha256(text.encode()): size for text, (size, _, _) in self.heads.items()}
        stamps = [(name, next((each for each in digests if each in content), b"")) for name, content in tokens]
        asked = self.trust and self.trust.stamps
        if asked and self.newest not in {digests.get(digest) for _, digest in stamps}:
            self.report.find("checkpoints", "no time stamp of the newest is here, and the trust file asks for one")
        said = [f"the times of recording: {len(tokens):,} time stamps are here, and this program checks none of them"]
        for name, digest in stamps:
            command = f"openssl ts -verify -digest {digest.hex()} -in {shlex.quote(name)} -CAfile AUTHORITY.pem"
            known = f"of {digests.get(digest, 0):,} entries; check it with: {command}"
            what = known if digest else "of none of the checkpoints"
            said.append(f"{name}: a time stamp {what}")
        self.report.not_checked += said


def check_proof(content: bytes, report: "Report", trust: Trust) -> None:
    """Check the proof of one entry, without the others."""
    proof = Proof.parse(content, "index")
    signed = proof.checkpoint
    must(signed.origin == trust.origin, "its log is not the one that the trust file names")
    must(signed.note.signers(trust.log_keys), "its checkpoint is not signed with a key that the trust file names")
    count = len(signed.note.signers(trust.witnesses))
    must(count >= trust.quorum, f"{count} witnesses cosigned its checkpoint; asked for are {trust.quorum}")
    if proof.extra is None:
        raise WrongError("it does not bring its entry along, so it proves nothing by itself")
    proof.must_lead_from(sha256(b"\0" + proof.extra))
    must(Entry.parse(proof.extra).position == proof.at + 1, "its entry names another position than the proof")
    report.entries, report.root = signed.size, signed.root
    report.checked.append(f"entry {proof.at + 1:,} stands in the log of {signed.size:,} entries that was signed")
    report.not_checked += ["all other entries, and whether a later checkpoint extends this one", *LIMITS]


# The report: what was found, what was checked, what was not.

LIMITS = [
    "whether bodies have the fields of their types and were allowed (evenhand verify --fields --rules), what is sealed",
    "whether those named as acting are who they are said to be: the ledger records what it was told",
    "whether everything that happened was recorded: what nobody recorded leaves no trace",
]


class Report:
    """Gathers what is to be said."""

    def __init__(self) -> None:
        self.findings: list[dict[str, Any]] = []
        self.checked: list[str] = []
        self.not_checked: list[str] = []
        self.entries, self.root = 0, b""

    def find(self, file: str, problem: str, entry: int | None = None) -> None:
        self.findings.append({"file": file, "entry": entry, "problem": problem})

    @contextmanager
    def about(self, file: str) -> Generator[None]:
        """Turn what is wrong with a file into a finding."""
        try:
            yield
        except WrongError as wrong:
            self.find(file, str(wrong))

    def as_json(self) -> str:
        root = self.root.hex() or None
        said = {"ok": not self.findings, "entries": self.entries, "root": root, "findings": self.findings}
        return json.dumps(said | {"checked": self.checked, "not_checked": self.not_checked}, indent=2)

    def as_text(self) -> str:
        said = ["not ok: something is not as it was signed and sent（核查未通过）" if self.findings else
                f"ok: nothing wrong was found in {self.entries:,} entries（已核查部分未发现问题）"]  # fmt: skip
        said.append(f"root {self.root.hex() or '-'}")
        for each in self.findings:
            at = "" if each["entry"] is None else f", entry {each['entry']}"
            said.append(f"  {each['file']}{at}: {each['problem']}")
        for title, listed_ in (("checked:（已核查）", self.checked), ("not checked:（未核查）", self.not_checked)):
            said += [title, *(f"  - {each}" for each in listed_)] if listed_ else []
        return "\n".join("".join(char if char.isprintable() else ascii(char)[1:-1] for char in line) for line in said)


def choose_trust(given: Path | None, bundled: Path, report: Report) -> Trust | None:
    """Read the trust file that was given, or else the sender's own, and say whose it is."""
    sent = read_file(bundled) if bundled.is_file() and not bundled.is_symlink() else None
    if given is not None:
        content = read_file(given)
        whose = "" if sent in {None, content} else "; it differs from the one in the bundle, which was not used"
        report.checked.append(f"whose keys count: by your trust file{whose}")
        return Trust.parse(content)
    if sent is not None:
        report.not_checked.append(
            "whose keys count: the trust file came with the bundle; give one of your own (--trust)"
        )
        with report.about(TRUST):
            return Trust.parse(sent)
    return None


def main() -> int:
    getattr(sys.stdout, "reconfigure", dict)(errors="backslashreplace")  # a terminal may not know Chinese
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path, help="a bundle's folder, or a .tlog-proof file")
    parser.add_argument("--trust", type=Path, metavar="FILE", help="your own trust file: whose keys count")
    parser.add_argument("--held", type=Path, metavar="FILE", action="append", default=[], help="a checkpoint you kept")
    parser.add_argument("--receipt", type=Path, metavar="FILE", action="append", default=[], help="a receipt you got")
    parser.add_argument("--json", action="store_true", help="print an object of JSON")
    asked, report = parser.parse_args(), Report()
    is_proof = asked.bundle.is_file()
    if is_proof and (asked.trust is None or asked.held or asked.receipt):
        parser.error("a single proof is checked with --trust FILE, and with nothing else")
    if not is_proof and not asked.bundle.is_dir():
        parser.error("there is no bundle and no proof of this name")
    try:
        trust = choose_trust(asked.trust, asked.bundle / TRUST, report)
    except (WrongError, OSError) as wrong:
        print(f"{parser.prog}: {asked.trust}: the trust file cannot be used: {wrong}", file=sys.stderr)
        return 4
    try:
        held, receipts = [[(str(path), read_file(path)) for path in paths] for paths in (asked.held, asked.receipt)]
    except OSError as wrong:
        parser.error(str(wrong))
    with report.about(str(asked.bundle)):
        try:
            if is_proof and trust:
                check_proof(read_file(asked.bundle), report, trust)
            else:
                Bundle(asked.bundle, report, trust).check(held, receipts)
        except OSError as wrong:
            raise WrongError(f"it cannot be read to its end: {wrong.strerror}") from None
    try:
        print(report.as_json() if asked.json else report.as_text(), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read it had enough
    return 3 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
