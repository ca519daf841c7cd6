"""Make evidence that others can check.

Evidence leaves the database: a checkpoint says how many entries there are and which tree they make, signed with the
log's key. Keep copies where those who run the ledger cannot change them.

$ evenhand evidence checkpoint --help
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from evenhand.cli.handles import entry_named
from evenhand.cli.options import Format
from evenhand.cli.outside import compare, witness
from evenhand.cli.papers import Out, TrustFile, put, read_file, trust_in, write_file
from evenhand.cli.printing import dumped
from evenhand.cli.progress import progress
from evenhand.cli.recording import tell
from evenhand.cli.run import Run, UsageError, run_of
from evenhand.cli.sealed import sealed_text
from evenhand.clock import system_clock
from evenhand.errors import InputError
from evenhand.render.escape import line
from evenhand.sentence import Sentence

if TYPE_CHECKING:
    from evenhand.checkpoint.trust import Trust
    from evenhand.checkpoint.witness import Witness
    from evenhand.ledger.evidence import Evidence
    from evenhand.ledger.ledger import Ledger
    from evenhand.note.checkpoint import Checkpoint

Entry = Annotated[str, typer.Argument(metavar="ENTRY", help="An entry: its position or its id.")]


def checkpoint(
    context: typer.Context,
    *,
    trust: TrustFile = None,
    witness: Annotated[
        list[str] | None, typer.Option("--witness", metavar="DIR", help="Have the witness in this folder cosign it.")
    ] = None,
    tsa: Annotated[
        str | None, typer.Option("--tsa", metavar="URL", help="Have this time-stamping authority stamp it.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DIR", help="Copy all checkpoints and stamps there.")
    ] = None,
    request: Annotated[
        str | None, typer.Option("--request", metavar="FILE", help="Write what a witness elsewhere is asked.")
    ] = None,
    since: Annotated[
        int | None, typer.Option("--since", metavar="N", min=0, help="How many entries that witness saw before.")
    ] = None,
    tsa_request: Annotated[
        str | None, typer.Option("--tsa-request", metavar="FILE", help="Write what an authority is asked, for curl.")
    ] = None,
    add: Annotated[
        str | None, typer.Option("--add", metavar="FILE", help="Add a cosignature that came back, and sign nothing.")
    ] = None,
    format_: Format = None,
) -> None:
    """Sign how the ledger stands.

    Signs the number of entries and the root of their tree with the log's key, unless what was signed before, here or in
    the copies, does not stand any more, and keeps it in the ledger's folder, under evidence. Then, as asked: local
    witnesses cosign it, a time-stamping authority stamps it, a request for a witness elsewhere is written, copies are
    made, and none that says something else is written over. A stamp that you fetch yourself, with what --tsa-request
    wrote, goes beside the checkpoint at once, under its name with the ending .tsr.

    Exit status: 3 if the ledger does not begin with what was signed before; nothing was signed. 4 if a file cannot be
    used, 5 if a witness refuses, 6 if an authority does not answer; the checkpoint stands and can be completed by
    running this again.

    $ evenhand evidence checkpoint --request to-witness.txt
    """
    from evenhand.checkpoint.folder import EvidenceFolder  # noqa: PLC0415 - help needs none of it
    from evenhand.checkpoint.timestamp import request_for  # noqa: PLC0415 - the same
    from evenhand.checkpoint.witness import Witness  # noqa: PLC0415 - the same
    from evenhand.ledger.evidence import Evidence  # noqa: PLC0415 - the same

    run = run_of(context)
    form = run.form(format_, "table", "json")
    if add and (witness or tsa or request or tsa_request or since is not None):
        raise UsageError(
            Sentence("--add: adds what came back, and does nothing else; give the other options in another run")
        )
    if witness or add:
        trust_in(trust)  # what is wrong with it is said before anything is signed
    witnesses = [Witness.open(Path(each)) for each in witness or ()]
    copies = EvidenceFolder(Path(to)) if to else None
    with run.ledger() as ledger:
        evidence = Evidence(ledger)
        if add:
            made = evidence.cosigned(read_file(add).decode("utf-8", "replace"), trust_in(trust))
        else:
            seen = [each.seen(ledger.origin) for each in witnesses] + list(evidence.kept(copies) if copies else ())
            made = evidence.checkpoint(signed=[each.head for each in seen if each is not None])
            for each in witnesses:
                made = _witnessed(evidence, made, each, trust_in(trust))
            if tsa and not evidence.stamped(made):
                evidence.stamp(made, tsa)
            if tsa_request:
                write_file(tsa_request, request_for(str(made.head)))
            if request:
                write_file(request, str(evidence.consistency(made, _since(evidence, made, since))).encode())
        if copies:
            evidence.copy_to(copies)
        _tell(run, evidence, made, trust_in(trust) if trust else None, form)


def prove(context: typer.Context, entry: Entry, *, out: Out = None) -> None:
    """Prove that one entry stands in the log.

    Prints a file of C2SP tlog-proof: the entry's line, the hashes from it to the root, and the newest checkpoint. Its
    holder can check it with verify_bundle.py, which every bundle carries, without this ledger.

    Exit status: 3 if what is stored is not what was signed, 4 if no checkpoint covers the entry, 6 if there is no
    ledger.

    $ evenhand evidence prove 8
    """
    from evenhand.ledger.evidence import Evidence  # noqa: PLC0415 - help needs none of it

    run = run_of(context)
    with run.reading() as ledger:
        put(run, str(Evidence(ledger).prove(_position(ledger, entry))), out)


def receipt(context: typer.Context, entry: Entry, *, out: Out = None) -> None:
    """Sign a receipt for one entry.

    Whoever holds it can tell later whether the entry was changed, moved or cut off: evenhand verify --receipt FILE.

    Exit status: 4 if there is no such entry, 6 if there is no ledger or its log key is elsewhere.

    $ evenhand evidence receipt 8
    """
    from evenhand.ledger.evidence import Evidence  # noqa: PLC0415 - help needs none of it

    run = run_of(context)
    with run.reading() as ledger:
        put(run, str(Evidence(ledger).receipt(_position(ledger, entry))), out)


def trust(
    context: typer.Context,
    *,
    witness: Annotated[
        list[str] | None, typer.Option("--witness", metavar="KEY", help="A witness's key, as witness --new printed it.")
    ] = None,
    out: Out = None,
) -> None:
    """Write a trust file to begin with.

    It names the keys that this ledger names itself. Whoever is to rely on it compares them with the keys' owners by
    another way, and adds witnesses and time-stamping authorities.

    Exit status: 6 if there is no ledger.

    $ evenhand evidence trust
    """
    from evenhand.checkpoint.trust import Trust, template  # noqa: PLC0415 - help needs none of it
    from evenhand.ledger.evidence import Evidence  # noqa: PLC0415 - the same

    run = run_of(context)
    with run.reading() as ledger:
        keys = [str(each.key) for each in Evidence(ledger).named.terms]
        text = template(ledger.origin, keys, witness or ())
    Trust.parse(text.encode(), "--witness")
    put(run, text, out)


def bundle(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    *,
    trust: TrustFile = None,
    proven: Annotated[
        list[str] | None, typer.Option("--prove", metavar="ENTRY", help="Add a proof of this entry as a file.")
    ] = None,
    receipts: Annotated[list[str] | None, typer.Option("--receipt", metavar="FILE", help="Add this receipt.")] = None,
    format_: Format = None,
) -> None:
    """Write all that an auditor needs.

    A folder with the entries as hashed, checkpoints, cosignatures, time stamps, proofs, a trust file, and one program
    that checks all of it with Python and the package cryptography alone. What is sealed stays sealed.

    Exit status: 4 if the folder is not empty, 6 if there is no ledger; nothing was written.

    $ evenhand evidence bundle for-the-auditor
    """
    from evenhand.checkpoint.folder import read_papers  # noqa: PLC0415 - help needs none of it
    from evenhand.ledger.bundle import bundle as bundled  # noqa: PLC0415 - the same

    run = run_of(context)
    form = run.form(format_, "table", "json")
    with run.reading() as ledger, progress(run.words.text("writing")) as told:
        manifest = bundled(
            ledger,
            Path(folder),
            trust=read_file(trust) if trust else None,
            prove=[_position(ledger, each) for each in proven or ()],
            receipts=read_papers(map(Path, receipts or ())),
            progress=told,
        )
    if form == "json":
        run.write(dumped(manifest))
        return
    said = run.words.text(
        "{folder}: {entries} entries, {checkpoints} checkpoints, {tokens} time stamps",
        folder=folder,
        entries=manifest["entries"],
        checkpoints=manifest["checkpoints"],
        tokens=manifest["tokens"],
    )
    command = f"python3 {folder}/verify_bundle.py {folder}"
    run.write(said + "\n" + run.words.text("check it with: {command}", command=command) + "\n")


def rotate(
    context: typer.Context,
    *,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="Somebody else may hold the old key: sign nothing more with it.")
    ] = False,
    why_from: Annotated[str | None, typer.Option("--why-from", metavar="FILE", help="Why, or -; it is sealed.")] = None,
    format_: Format = None,
) -> None:
    """Replace the log's key.

    Signs a last checkpoint with the old key, records the new one in the ledger, and puts it in the old one's place.
    Tell everybody whose trust file names the old key.

    Exit status: 3 if the ledger does not begin with what was signed before, 6 if the key is not here; nothing was done.

    $ evenhand evidence rotate
    """
    from evenhand.ledger.evidence import Evidence  # noqa: PLC0415 - help needs none of it

    run = run_of(context)
    form = run.form(format_, "table", "json")
    why = sealed_text(run, why_from) if why_from else None
    with run.ledger() as ledger:
        evidence = Evidence(ledger)
        entry = evidence.rotate(compromised=compromised, why=why, entropy=os.urandom)
        tell(run, [entry], form)
        if form != "json":
            run.write("  " + run.words.text("new key {key}", key=evidence.named.terms[-1].key) + "\n")


COMMANDS: Final = {
    "checkpoint": checkpoint,
    "prove": prove,
    "receipt": receipt,
    "witness": witness,
    "trust": trust,
    "compare": compare,
    "bundle": bundle,
    "rotate": rotate,
}


def _tell(run: Run, evidence: Evidence, made: Checkpoint, trust: Trust | None, form: str) -> None:
    """Say what stands now; whose signatures were looked at, and whose were not."""
    from evenhand.ledger.evidence import others  # noqa: PLC0415 - help needs none of it

    path = evidence.folder.file(made.head.size, ".checkpoint")
    cosigned = [each.key.name for each in made.note.signed_by(trust.witnesses)] if trust else []
    unchecked = [each for each in others(made) if each not in cosigned]
    stamped = evidence.stamped(made)
    if form == "json":
        said = {"checkpoint": str(path), "entries": made.head.size, "root": made.head.root.hex()}
        run.write(dumped(said | {"cosigned_by": cosigned, "not_checked": unchecked, "stamped": stamped}))
        return
    words = run.words
    lines = [
        words.text("signed: {size} entries, root {root}", size=made.head.size, root=made.head.root.hex()),
        "  " + words.text("kept in {path}", path=path),
        "  " + words.text("cosigned by {names}", names=line(", ".join(cosigned)) or "-"),
        *("  " + words.text("also signed by {name}, which was not checked", name=line(each)) for each in unchecked),
        "  " + (words.text("a time stamp is kept") if stamped else words.text("not stamped")),
    ]
    run.write("\n".join(lines) + "\n")


def _witnessed(evidence: Evidence, made: Checkpoint, witness: Witness, trust: Trust) -> Checkpoint:
    seen = witness.seen(made.head.origin)
    asked = evidence.consistency(made, seen.head.size if seen else 0)
    return evidence.cosigned(str(witness.cosign(str(asked).encode(), trust, system_clock)), trust)


def _since(evidence: Evidence, made: Checkpoint, given: int | None) -> int:
    return evidence.cosigned_before(made) if given is None else given


def _position(ledger: Ledger, text: str) -> int:
    entry = entry_named(ledger, text)
    if entry is None:
        raise InputError(Sentence("there is no entry of this id; look it up with: evenhand log"))
    return entry.position
