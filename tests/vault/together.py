"""One of several processes that use a vault at once: ``together.py FOLDER ROUNDS [URL]`` prints what it left."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from uuid import uuid4

from evenhand.errors import ErasedError
from evenhand.vault import OutsideId, Vault, associated_data

HERE = associated_data("hiring.example", str(uuid4()), "notice.given.v1", "/text")


def main(folder: Path, rounds: int, url: str | None) -> None:
    boxes: dict[str, str] = {}
    erased: list[str] = []
    with Vault.open(url, folder, entropy=os.urandom, environment={}) as vault:
        for number in range(rounds):
            people = [str(uuid4()) for _ in range(5)]
            vault.new_keys(people)
            vault.remember_many([OutsideId("ats", "candidate", each, each) for each in people])
            keys = vault.sealers(people)
            boxes |= {each: keys[each].seal(each, HERE, os.urandom(12)) for each in people}
            if number % 2:
                vault.destroy([people[0]])
                erased.append(people[0])
                del boxes[people[0]]
            for each, box in boxes.items():
                assert vault.sealer(each).open(box, HERE) == each
            for each in erased:
                try:
                    vault.sealer(each)
                except ErasedError:
                    continue
                raise AssertionError("an erased key was answered")
    print(json.dumps({"place": HERE.decode(), "boxes": boxes, "erased": erased}))  # noqa: T201 (what the test reads)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
