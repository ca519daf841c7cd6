"""Find the shelves that travel with the program: folders of files that are read, never imported.

An installed package carries them inside itself; a checkout has them at the top, where people edit them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from evenhand.errors import EvenhandError
from evenhand.sentence import Sentence

Shelf = Literal["projections", "reports"]


def shelf(name: Shelf, *, package: Path | None = None) -> Path:
    """Return the folder of a shelf: the packaged one first, the checkout's second.

    ``package`` is the folder of the package, this one's unless a test brings its own. Raises ``EvenhandError`` when
    neither is there: the installation lost a part, and no input can mend that.
    """
    home = package or Path(__file__).resolve().parent
    packaged, checkout = home / name, home.parent.parent
    if packaged.is_dir():
        return packaged
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise EvenhandError(
        Sentence(
            "the shelf {name} is missing: looked in {packaged} and {checkout}; this installation is "
            "not whole, install evenhand again",
            name=name,
            packaged=packaged,
            checkout=checkout / name,
        )
    )


def packaged(*parts: str) -> str:
    """Read a text that lies inside the package, such as a lexicon. Raises ``EvenhandError`` when it is not there."""
    path = Path(__file__).resolve().parent.joinpath(*parts)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise EvenhandError(
            Sentence("{path} is missing; this installation is not whole, install evenhand again", path=path)
        ) from None


def finding_meanings() -> dict[str, dict[str, Any]]:
    """Read the codes of findings: principle, titles, what they mean and what to do, in both languages."""
    return tomllib.loads((shelf("projections") / "finding.toml").read_text(encoding="utf-8"))
