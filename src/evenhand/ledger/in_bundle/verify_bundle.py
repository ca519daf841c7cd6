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
The parts, in order: one line, the tree, what is signed, whose keys count, all lines, the bundle, what is said.
"""

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]  # import nothing that lies beside this program: a bundle could bring a json.py of its own

import argparse
import hashlib
import json
import os
import re
import shlex
import tomllib
from base64 import b64decode, b64encode
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENTRIES, MANIFEST, TRUST = "entries.ndjson", "manifest.json", "trust.toml"
LONGEST_LINE, LARGEST_FILE, LARGEST_MANIFEST = 65_535, 1_000_000, 100_000_000  # bytes


class WrongError(ValueError):
    """Something is not as it must be. The message repeats nothing that was recorded; that of another error might."""

    def __init__(self, problem: str, entry: int | None = None) -> None:
        super().__init__(problem)
        self.entry = entry


def must(right: object, problem: str, entry: int | None = None) -> None:
    if not right:
        raise WrongError(problem, entry)


# A line is one entry, exactly as it was hashed: nothing is parsed and written again in order to be compared.

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
TYPE = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*)+\.v[1-9][0-9]{0,8}"
LINE = re.compile(
    rf'{{"position":([1-9][0-9]{{0,15}}),"recorded_at":"({TIME})","stream":"({UUID})",'
    rf'"version":([1-9][0-9]{{0,15}}),"id":"({UUID})","type":"({TYPE})","body":({{[^\r\n]*}})}}'.encode()
)


def once_each(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    must(len(found) == len(members), "an object in it has a name twice")
    return found


def whole(digits: str) -> int:
    right = len(digits) <= 17 and digits != "-0" and abs(int(digits)) < 2**53  # int() fails for what is no integer
    must(right, "an integer in it is -0, or not one that every reader keeps exactly")
    return int(digits)


JSON = json.JSONDecoder(object_pairs_hook=once_each, parse_int=whole, parse_float=whole, parse_constant=whole)


def read_json(content: bytes) -> dict[str, Any]:
    """Read an object of JSON that all readers read alike, and refuse all else."""
    text, depth = content.decode(), 0
    if text.count("{") + text.count("[") > 32:
        for each in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', text, re.DOTALL):
            depth += (each[0] in "{[") - (each[0] in "}]")
            must(depth <= 32, "it is nested deeper than 32")
    found = JSON.decode(text)
    if "\\u" in text:
        json.dumps(found, ensure_ascii=False).encode()  # fails for half of a surrogate pair, which is no character
    must(isinstance(found, dict), "it is no JSON object")
    return dict(found)


def read_line(line: bytes) -> tuple[int, str, bytes, int, bytes, bytes, dict[str, Any]]:
    """Answer with position, recorded_at, stream, version, id, type and body."""
    form = LINE.fullmatch(line) if len(line) <= LONGEST_LINE else None
    if form is None:
        raise WrongError("its line is not that of an entry, or too long")
    position, recorded_at, stream, version, own_id, topic, body = form.groups()
    must(max(int(position), int(version)) < 2**53, "its position or version is too large")
    datetime.fromisoformat(recorded_at.decode())  # fails for a 30th of February
    return int(position), recorded_at.decode(), stream, int(version), own_id, topic, read_json(body)


# The tree (RFC 6962). A leaf is the hash of one line; the root stands for all lines in their order.


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def above(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


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


def root_over(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Answer with the root to which a proof leads from a leaf (``index`` from 0); hashes are taken off its end."""
    if size == 1:
        return leaf
    must(proof, "it has too few hashes")
    beside, left = proof.pop(), 1 << (size - 1).bit_length() - 1  # left: as many leaves as its left subtree has
    if index < left:
        return above(root_over(leaf, index, left, proof), beside)
    return above(beside, root_over(leaf, index - left, size - left, proof))


def roots_over(known: bytes | None, old: int, new: int, proof: list[bytes]) -> tuple[bytes, bytes]:
    """Answer with the two roots to which a proof leads; of the ``known`` one it has no hash where it is a left side."""
    must(proof or (known and old == new), "it has too few hashes")
    if old == new:
        root = known or proof.pop()
        return root, root
    beside, left = proof.pop(), 1 << (new - 1).bit_length() - 1
    if old <= left:
        before, after = roots_over(known, old, left, proof)
        return before, above(after, beside)
    before, after = roots_over(None, old - left, new - left, proof)
    return above(beside, before), above(beside, after)


# What is signed (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof). Each can be written in one way only:
# what can be written in two ways can be signed once and shown twice.

NUMBER, BASE64 = "0|[1-9][0-9]{0,18}", "[A-Za-z0-9+/]*={0,2}"
HASH = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="  # 32 bytes in base64
SIGNATURE = rf"— ([^ \0-\x1f]+) ({BASE64})\n"
SIGNATURES = rf"\n(?P<signatures>(?:{SIGNATURE})+)"
SAID = rf"(?P<origin>[^\0-\x1f]+)\n(?P<at>{NUMBER})\n(?P<hash>{HASH})\n"
CHECKPOINT = rf"(?P<text>{SAID}){SIGNATURES}"
EXTRA = rf"(?:extra (?P<line>{BASE64})\n)?"
PROOF = rf"(?P<start>{NUMBER})\n(?P<hashes>(?:{HASH}\n){{0,63}})\n{CHECKPOINT}"
FILES = {  # what the manifest calls them: how their names look in the bundle, and how they are written
    "checkpoints": (r"checkpoints/.*\.checkpoint", CHECKPOINT),
    "receipts": ("receipts/.*", rf"(?P<text>evenhand receipt v1\n{SAID}(?P<time>{TIME})\n){SIGNATURES}"),
    "inclusion_proofs": (r"proofs/.*\.tlog-proof", rf"c2sp\.org/tlog-proof@v1\n{EXTRA}index {PROOF}"),
    "consistency_proofs": (r"proofs/.*\.consistency", f"old {PROOF}"),
    "tokens": (r"checkpoints/.*\.tsr", ""),
}
OTHERS = {ENTRIES, MANIFEST, TRUST, "README.txt", "verify_bundle.py"}
LOG, WITNESS = 1, 4  # kinds of keys: a log signs the text, a witness a time and the text
P = 2**255 - 19  # the field of Ed25519; D and EIGHTH, of its curve, tell the keys for which anybody can sign
D = -121665 * pow(121666, -1, P) % P
EIGHTH = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")


def unbase64(text: str) -> bytes:
    found = b64decode(text)
    must(b64encode(found).decode() == text, "base64 is written in another way than the usual one")
    return found


def must_be_name(name: str) -> None:
    right = name.isprintable() and "+" not in name and not any(each.isspace() for each in name)
    must(right, "a name has a space, a plus or something that cannot be shown in it")


class Key(NamedTuple):
    """A public key, written ``name+hash+key``."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str, kind: int) -> "Key":
        form = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})", text)
        if form is None:
            raise WrongError("a key is not written as name+hash+key")
        name, coded = form[1], b64decode(form[3])
        must_be_name(name)
        own_id = sha256(name.encode() + b"\n" + coded)[:4]
        must(coded[0] == kind and own_id.hex() == form[2], "a key is of another kind, or its hash is not its own")
        y = int.from_bytes(coded[1:], "little") & (1 << 255) - 1
        must(y < P and y not in {0, 1, P - 1, EIGHTH, P - EIGHTH}, "a key is unsafe: anybody can sign in its name")
        square = (y * y - 1) * pow(D * y * y + 1, -1, P)
        must(pow(square, (P - 1) // 2, P) == 1, "a key is no point of its curve")
        return cls(name, own_id, kind, coded[1:])

    def must_have_made(self, signature: bytes, text: str) -> None:
        if self.kind == WITNESS:
            seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            must(seconds < 2**63, "a cosignature's time is beyond all times")
            text = f"cosignature/v1\ntime {seconds}\n{text}"
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            raise WrongError(f"the signature in the name of {self.name} was not made with its key") from None


class Paper(NamedTuple):
    """A file of one of the four forms above: a checkpoint, a receipt, or a proof with the checkpoint it leads to."""

    kind: str
    text: str  # what is signed
    signatures: list[tuple[str, bytes]]  # name; the key's id and the signature
    origin: str  # which log says that
    at: int  # it has so many entries; a receipt: at this position
    hash: bytes  # this is the root of their tree; a receipt: stands a line with this leaf
    time: str  # a receipt: recorded then
    start: int  # a proof leads to the root from the entry with this index, or from the root of this older size
    line: bytes  # the entry's line, if the proof brings it along
    hashes: list[bytes]

    @classmethod
    def parse(cls, content: bytes, kind: str) -> "Paper":
        form = re.fullmatch(FILES[kind][1], content.decode()) if len(content) <= LARGEST_FILE else None
        if form is None:
            raise WrongError(f"it is not written as {kind.replace('_', ' ')} are")
        said = dict.fromkeys(("time", "start", "line", "hashes"), "") | form.groupdict("")
        at, start = int(said["at"]), int(said["start"] or 0)
        must(max(at, start) < 2**63 and (at or not said["time"]), "a number in it is none that can stand there")
        datetime.fromisoformat(said["time"] or "2000-01-01")
        signatures = [(name, unbase64(value)) for name, value in re.findall(SIGNATURE, said["signatures"])]
        for name, value in signatures:
            must_be_name(name)
            must(len(value) > 4, "a signature is shorter than the id of its key")
        must(len(set(signatures)) == len(signatures), "a signature stands twice")
        hashes, own, root = [b64decode(each) for each in said["hashes"].split()], said["text"], b64decode(said["hash"])
        line, time = unbase64(said["line"]), said["time"]
        return cls(kind, own, signatures, said["origin"], at, root, time, start, line, hashes)

    def signers(self, keys: Iterable[Key]) -> set[Key]:
        """Answer with those of these keys that signed. Other signatures mean nothing; a false one spoils all."""
        pairs = [(key, value[4:]) for key in keys for name, value in self.signatures if (name, value[:4]) == key[:2]]
        for key, signature in pairs:
            key.must_have_made(signature, self.text)
        return {key for key, _ in pairs}

    def must_lead_from(self, known: bytes | None) -> None:
        """Refuse a proof that does not lead from this leaf, or from this older root, to the root."""
        left, of_entry = list(self.hashes), self.kind == "inclusion_proofs"
        within = 0 <= self.start < self.at if of_entry else 0 < self.start <= self.at
        must(known and within, "it does not begin with what its checkpoint has")
        if of_entry:
            right = root_over(known or b"", self.start, self.at, left) == self.hash
        else:
            right = roots_over(known, self.start, self.at, left) == (known, self.hash)
        must(right and not left, "it does not lead to the root of its checkpoint")


# The trust file says whose keys count. Whoever relies on the result writes it, not whoever sent the bundle.


class Trust(NamedTuple):
    """A trust file, read. One that asks for anything this program does not understand is refused."""

    origin: str
    log_keys: list[Key]  # in the order in which the log used them
    witnesses: list[Key]
    quorum: int
    stamps: bool  # whether it names authorities; what it says about times is otherwise left to evenhand verify

    @classmethod
    def parse(cls, content: bytes) -> "Trust":
        given = dict[str, Any](witnesses=[], quorum=0, times={}) | tomllib.loads(content.decode())
        kinds = {"origin": str, "log_keys": list, "witnesses": list, "quorum": int, "times": dict}
        right = given.keys() == kinds.keys() and all(type(given[name]) is kind for name, kind in kinds.items())
        times = {"authorities", "skew_seconds", "delay_hours", "since"}
        must(right and given["times"].keys() <= times, f"it may say this, each in its form: {', '.join(kinds)}")
        log_keys = [Key.parse(str(each), LOG) for each in given["log_keys"]]
        witnesses = [Key.parse(str(each), WITNESS) for each in given["witnesses"]]
        must(given["origin"] and log_keys, "it names no log, or no key of it")
        once = len({each.public for each in log_keys + witnesses}) == len(log_keys) + len(witnesses)
        must(once, "one key stands twice: each witness needs its own")
        must(0 <= given["quorum"] <= len(witnesses), "the quorum asks for more witnesses than are named")
        return cls(given["origin"], log_keys, witnesses, given["quorum"], bool(given["times"].get("authorities")))


NOBODY = Trust("", [], [], 0, stamps=False)  # where there is no trust file


# All lines, from the first to the last, or to the first that is wrong.


class Lines:
    """Takes the lines in, and keeps the roots and leaves that the papers ask for."""

    def __init__(self, papers: Iterable[Paper], report: "Report") -> None:
        self.sizes = {size for each in papers for size in (each.at, each.start)}
        self.positions = {position for each in papers for position in (each.at, each.start + 1)}
        self.tree, self.time, self.origin, self.stream, self.report = Tree(), "", "", b"", report
        self.roots = dict[int, bytes]()  # by size
        self.kept = dict[int, tuple[bytes, str]]()  # leaf and time, by position
        self.ids, self.versions = set[bytes](), dict[bytes, int]()
        self.keys = dict[int, Key]()  # from which entry on which key signs for the log
        self.given_up = list[int]()  # the entries in which a key was replaced because somebody else may hold it

    def read(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                while line := file.readline(LONGEST_LINE + 2):
                    must(line.endswith(b"\n") or len(line) > LONGEST_LINE, "its line does not end in a line feed")
                    self.take(line.removesuffix(b"\n"))
            must(self.tree.size, "it is missing: it should open the ledger")
        except ValueError as wrong:
            raise WrongError(f"{said_of(wrong)}; nothing was read behind it", self.tree.size + 1) from None

    def take(self, line: bytes) -> None:
        """Take one line in: its form, its place among those before, its hash."""
        found, recorded_at, stream, version, own_id, topic, body = read_line(line)
        position = self.tree.size + 1
        must(found == position, "it is missing: another position stands in its place")
        must(recorded_at >= self.time, "recorded_at is earlier than in the entry before it")
        in_turn = version == self.versions.get(stream, 0) + 1
        must(in_turn, "its version is not one more than the last before it in its stream")
        must(own_id not in self.ids, "its id stands twice")
        self.time, self.versions[stream] = recorded_at, version
        self.ids.add(own_id)
        if position == 1:
            form = body.get("format")
            opens = topic == b"ledger.opened.v1" and type(form) is int and form == 1
            must(opens, "it does not open a ledger of format 1, the one that this program knows")
            self.origin, self.stream = str(body.get("origin", "")), stream
        if stream == self.stream and topic in {b"ledger.opened.v1", b"log_key.rotated.v1"}:
            self.hear(position, body)
        leaf = sha256(b"\0" + line)
        self.tree.add(leaf)
        if position in self.sizes:
            self.roots[position] = self.tree.root()
        if position in self.positions:
            self.kept[position] = leaf, recorded_at

    def hear(self, position: int, body: dict[str, Any]) -> None:
        """Hear which key signs for the log from this entry on; one that is none leaves the others as they are."""
        if body.get("compromised") is True:
            self.given_up.append(position)
        if body.get("log_key") is None:
            return
        with self.report.about(ENTRIES, position):
            key = Key.parse(str(body["log_key"]), LOG)
            must(key.name == self.origin, "it names a key of another log")
            self.keys[position] = key


# The bundle: files, and what they say of the lines.


def read_file(path: Path, most: int = LARGEST_FILE) -> bytes:
    with path.open("rb") as file:
        content = file.read(most + 1)
    must(len(content) <= most, "it is larger than any may be")
    return content


class Bundle:
    """Holds the lines of a bundle against everything else in it, and against what somebody kept elsewhere."""

    def __init__(self, folder: Path, trust: Trust, report: "Report") -> None:
        self.trust, self.report, self.files = trust, report, dict[str, Path]()
        for path in sorted(folder.rglob("*")):  # does not follow links, which could lead anywhere
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not path.is_symlink():
                self.files[name] = path
            elif path.is_symlink() or not path.is_dir() or path.parent != folder:
                report.find(name, "it is not a plain file")
        self.named = {kind: [name for name in self.files if re.fullmatch(form, name, re.DOTALL)]
                      for kind, (form, _) in FILES.items()}  # fmt: skip
        self.heads = dict[str, list[tuple[str, Paper]]]()  # the checkpoints that count, by their text

    def check(self, held: list[Path], receipts: list[Path]) -> None:
        """Check everything: read the papers, then the lines, then hold the lines against the papers."""
        report, papers = self.report, list[tuple[str, Paper]]()
        given = [(name, self.files[name], kind) for kind in FILES for name in self.named[kind] if kind != "tokens"]
        given += [(str(path), path, "checkpoints") for path in held]
        given += [(str(path), path, "receipts") for path in receipts]
        for name, path, kind in given:
            with report.about(name):
                papers.append((name, Paper.parse(read_file(path), kind)))
        self.lines = Lines([paper for _, paper in papers], report)
        with report.about(ENTRIES):
            must(ENTRIES in self.files, "it is missing")
            self.lines.read(self.files[ENTRIES])
            report.root = self.lines.tree.root().hex()
        report.entries = self.lines.tree.size
        if not report.root:
            report.not_checked.append("everything else: the lines were not read to their end")
            return
        with report.about(MANIFEST):
            self.check_manifest()
        if self.trust is not NOBODY:
            with report.about(TRUST):
                must(held or self.named["checkpoints"], "there is no checkpoint, and the trust file asks for one")
                must(self.trust.origin == self.lines.origin, "the trust file is for another log than this")
                same = self.trust.log_keys == [*self.lines.keys.values()]
                must(same, "the trust file names other keys of the log than the ledger does, or in another order")
        for name, paper in papers:
            with report.about(name):
                self.hold(name, paper)
        self.conclude([paper.kind for _, paper in papers])

    def check_manifest(self) -> None:
        """Compare the bundle with its manifest, the sender's word alone, which shows what was lost on the way."""
        must(MANIFEST in self.files, "it is missing")
        found, here = read_json(read_file(self.files[MANIFEST], LARGEST_MANIFEST)), dict[str, Any]()
        for name in self.files.keys() - {MANIFEST}:
            with self.files[name].open("rb") as file:
                here[name] = {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": file.tell()}
        must(isinstance(found.get("files"), dict), "it lists no files")
        listed: dict[str, Any] = found["files"]
        for name in sorted(name for name in here.keys() | listed.keys() if here.get(name) != listed.get(name)):
            self.report.find(name, "the manifest lists it otherwise, or not" if name in here else "it is missing")
        wanted = {"bundle": 1, "origin": self.lines.origin, "entries": self.report.entries, "root": self.report.root}
        wanted |= {kind: len(names) for kind, names in self.named.items()}
        wrong = [name for name, value in wanted.items() if found.get(name) != value]
        must(not wrong, f"it says otherwise than the bundle: {', '.join(wrong)}")

    def hold(self, name: str, paper: Paper) -> None:
        """Refuse a paper that was not signed with the log's key of its time, or that says otherwise than the lines."""
        lines, size, at, is_receipt = self.lines, self.report.entries, paper.at, paper.kind == "receipts"
        must(paper.origin == lines.origin, "it is of another log than this")
        before, own = [first for first in lines.keys if first <= at], {*lines.keys.values()}
        good = {key for first, key in lines.keys.items() if first in before[-1:] or (is_receipt and first > at)}
        signed = paper.signers({*own, *self.trust.log_keys, *self.trust.witnesses})
        must(signed & own, "it is not signed with a key of this log")
        must(signed & good, "it is signed with a key that was not the log's when it had so many entries")
        if is_receipt:
            must(at <= size, "it is missing: this receipt was given for it", at)
            same = lines.kept[at] == (paper.hash, paper.time)
            must(same, "it is not the entry that this receipt was given for", at)
            return
        if paper.kind == "checkpoints":
            self.heads.setdefault(paper.text, []).append((name, paper))
            if len(self.heads[paper.text]) > 1:
                return  # what has to be said of this text was said
        missing = f"it and all up to entry {at:,} are missing: they stood here when this was signed"
        must(at <= size, missing, size + 1)
        must(lines.roots.get(at) == paper.hash, f"the first {at:,} entries are not those that were signed")
        if paper.kind == "inclusion_proofs":
            leaf, _ = lines.kept.get(paper.start + 1, (None, ""))
            must(not paper.line or sha256(b"\0" + paper.line) == leaf, "it brings another line than stands here")
            paper.must_lead_from(leaf)
        elif paper.kind == "consistency_proofs":
            paper.must_lead_from(lines.roots.get(paper.start))

    def conclude(self, kinds: list[str]) -> None:
        """Ask for what the trust file asks for; say what was checked, and what was not and why."""
        report, trust, quorum = self.report, self.trust, self.trust.quorum
        newest = max(self.heads.values(), key=lambda same: same[0][1].at, default=list[tuple[str, Paper]]())
        size = newest[0][1].at if newest else 0
        count, of = len({key for _, paper in newest for key in paper.signers(trust.witnesses)}), len(trust.witnesses)
        kept = [same[0][1].at for same in self.heads.values() if any(name not in self.files for name, _ in same)]
        unknown = self.files.keys() - OTHERS - {name for names in self.named.values() for name in names}
        receipts, entries, growths = map(kinds.count, ("receipts", "inclusion_proofs", "consistency_proofs"))
        if newest and count < quorum:
            report.find(newest[0][0], f"{count} of the witnesses cosigned the newest checkpoint; asked for: {quorum}")
        times = self.times(size)
        newest_is = f"the newest of {size:,} entries; the entries are those that were signed"
        kept_is = f"the newest of {max(kept, default=0):,} entries; the ledger still begins with what they say"
        checked = {
            f"lines: {report.entries:,}; each was hashed, and form and order are right": True,
            f"manifest: {len(self.files) - 1:,} files, none missing, none more, none changed": True,
            f"checkpoints: {len(self.heads):,}, {newest_is}": newest,
            f"checkpoints kept elsewhere: {len(kept):,}, {kept_is}": kept,
            f"receipts: {receipts:,}; the entries stand where and as they were receipted": receipts,
            f"proofs: {entries:,} of single entries, {growths:,} that the log only grew": entries + growths,
            f"witnesses: {count} of {of} cosigned a checkpoint of {size:,} entries, asked for: {quorum}": quorum,
        }
        after = report.entries - size
        left = {
            NO_CHECKPOINT: not newest,
            BESIDE: newest and not kept and not 0 < quorum <= count,
            OWN_KEYS: newest and trust is NOBODY,
            TAIL.format(after): newest and after,
            **{GIVEN_UP.format(entry): True for entry in self.lines.given_up},
            NO_WITNESS: not quorum,
            **dict.fromkeys((*times, *(f"{name}: this program knows no such file" for name in sorted(unknown))), True),
        }
        report.checked += [said for said, stands in checked.items() if stands and not report.findings]
        report.not_checked += [*(said for said, stands in left.items() if stands), *LIMITS]

    def times(self, newest: int) -> list[str]:
        """List the time stamps, with what openssl checks them; the newest checkpoint needs one if that is asked for."""
        sizes = {sha256(text.encode()): same[0][1].at for text, same in self.heads.items()}
        said, stamped = list[str](), set[int]()
        for name in self.named["tokens"]:
            with self.report.about(name):
                content = read_file(self.files[name])
                digest = next((each for each in sizes if each in content), b"")
                command = f"openssl ts -verify -digest {digest.hex()} -in {shlex.quote(name)} -CAfile AUTHORITY.pem"
                what = f"{sizes[digest]:,} entries; check it with: {command}" if digest else "none of the checkpoints"
                said.append(f"{name}: a time stamp of {what}")
                stamped |= {sizes[digest]} if digest else set()
        if self.trust.stamps and newest not in stamped:
            self.report.find(TRUST, "no time stamp of the newest checkpoint is here, and the trust file asks for one")
        many = f"the times of recording: {len(said):,} time stamps are here, and this program checks none of them"
        return [many, *said]


def check_proof(content: bytes, report: "Report", trust: Trust) -> None:
    """Check the proof of one entry, without the others."""
    proof = Paper.parse(content, "inclusion_proofs")
    must(proof.origin == trust.origin, "its log is not the one that the trust file names")
    signed = proof.signers([*trust.log_keys, *trust.witnesses])
    must(signed & {*trust.log_keys}, "its checkpoint is not signed with a key that the trust file names")
    count = len(signed & {*trust.witnesses})
    must(count >= trust.quorum, f"{count} witnesses cosigned its checkpoint; asked for are {trust.quorum}")
    must(proof.line, "it does not bring its entry along, so it proves nothing by itself")
    proof.must_lead_from(sha256(b"\0" + proof.line))
    must(read_line(proof.line)[0] == proof.start + 1, "its entry names another position than the proof")
    report.entries, report.root = proof.at, proof.hash.hex()
    report.checked.append(f"entry {proof.start + 1:,} stands in the log of {proof.at:,} entries that was signed")
    report.not_checked += ["all other entries, and whether a later checkpoint extends this one", *LIMITS]


# What is said: what was found, what was checked, what was not.

NO_CHECKPOINT = "whether anybody signed for these entries: there is no checkpoint"
BESIDE = ("whether the ledger was written anew together with the checkpoints beside it: no checkpoint kept elsewhere "
          "was given (--held)")  # fmt: skip
OWN_KEYS = "whose key signed the checkpoints: the ledger names it; a trust file would say whose keys count (--trust)"
TAIL = ("whether entries after the newest checkpoint are those that were recorded ({:,} of them): only a receipt could "
        "tell")  # fmt: skip
GIVEN_UP = "whether what was signed with the key that was given up in entry {:,} is genuine: somebody else may hold it"
NO_WITNESS = "whether everybody is shown the same ledger: no witness was asked for"
LIMITS = [
    "whether bodies have the fields of their types and were allowed (evenhand verify --fields --rules), what is sealed",
    "whether those named as acting are who they are said to be: the ledger records what it was told",
    "whether everything that happened was recorded: what nobody recorded leaves no trace",
]


def said_of(wrong: Exception) -> str:
    """Answer with a problem in words. What Python itself says might repeat what was recorded."""
    plain = (
        f"it cannot be read: {wrong.strerror}" if isinstance(wrong, OSError) else "it is no UTF-8, JSON, TOML or time"
    )
    return str(wrong) if isinstance(wrong, WrongError) else plain


class Report:
    """Gathers what is to be said."""

    def __init__(self) -> None:
        self.findings, self.checked, self.not_checked = list[dict[str, Any]](), list[str](), list[str]()
        self.entries, self.root = 0, ""

    def find(self, file: str, problem: str, entry: int | None = None) -> None:
        self.findings.append({"file": file, "entry": entry, "problem": problem})

    @contextmanager
    def about(self, file: str, entry: int | None = None) -> Generator[None]:
        """Turn whatever is wrong with a file into a finding."""
        try:
            yield
        except (ValueError, OSError, RecursionError) as wrong:
            self.find(file, said_of(wrong), getattr(wrong, "entry", None) or entry)

    def as_text(self) -> str:
        said = ["not ok: something is not as it was signed and sent（核查未通过）" if self.findings else
                f"ok: nothing wrong was found in {self.entries:,} entries（已核查部分未发现问题）"]  # fmt: skip
        said.append(f"root {self.root or '-'}")
        for each in self.findings:
            at = "" if each["entry"] is None else f", entry {each['entry']}"
            said.append(f"  {each['file']}{at}: {each['problem']}")
        said += ["checked:（已核查）", *(f"  - {each}" for each in self.checked)]
        said += ["not checked:（未核查）", *(f"  - {each}" for each in self.not_checked)]
        return "\n".join("".join(char if char.isprintable() else ascii(char)[1:-1] for char in line) for line in said)


def choose_trust(given: Path | None, folder: Path, report: Report) -> Trust:
    """Read the trust file that was given, or else the sender's own, and say whose it is."""
    own, sent = folder / TRUST, None
    with report.about(TRUST):
        sent = read_file(own) if own.is_file() and not own.is_symlink() else None
    if given is not None:
        content = read_file(given)
        other = "" if sent in {None, content} else "; it differs from the one in the bundle, which was not used"
        report.checked.append(f"whose keys count: by your trust file{other}")
        return Trust.parse(content)
    if sent is not None:
        report.not_checked.append("whose keys count: the trust file came with the bundle; give your own (--trust)")
        with report.about(TRUST):
            return Trust.parse(sent)
    return NOBODY


def main() -> int:
    getattr(sys.stdout, "reconfigure", dict)(errors="backslashreplace")  # a terminal may not know Chinese
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path, help="a bundle's folder, or a .tlog-proof file")
    parser.add_argument("--trust", type=Path, metavar="FILE", help="your own trust file: whose keys count")
    parser.add_argument("--held", type=Path, metavar="FILE", action="append", default=[], help="a checkpoint you kept")
    parser.add_argument("--receipt", type=Path, metavar="FILE", action="append", default=[], help="a receipt you got")
    parser.add_argument("--json", action="store_true", help="print an object of JSON")
    asked, report = parser.parse_args(), Report()
    if asked.bundle.is_file() and (asked.trust is None or asked.held or asked.receipt):
        parser.error("a single proof is checked with --trust FILE, and with nothing else")
    if not asked.bundle.exists() or not all(path.is_file() for path in asked.held + asked.receipt):
        parser.error("there is no file of this name")
    try:
        trust = choose_trust(asked.trust, asked.bundle, report)
    except (ValueError, OSError, RecursionError) as wrong:
        print(f"{parser.prog}: {asked.trust}: the trust file cannot be used: {wrong}", file=sys.stderr)
        return 4
    with report.about(str(asked.bundle)):
        if asked.bundle.is_file():
            check_proof(read_file(asked.bundle), report, trust)
        else:
            Bundle(asked.bundle, trust, report).check(asked.held, asked.receipt)
    said = {"ok": not report.findings, "entries": report.entries, "root": report.root or None,
            "findings": report.findings, "checked": report.checked, "not_checked": report.not_checked}  # fmt: skip
    try:
        print(json.dumps(said, indent=2) if asked.json else report.as_text(), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read it had enough
    return 3 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
