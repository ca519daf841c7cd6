"""A PostgreSQL server of the test run's own: in a temporary folder, reached by a socket in it, gone at the end.

It is started as an unprivileged user when the tests run as root, because PostgreSQL refuses root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

WHY_NOT = "PostgreSQL is not installed: scripts/services.sh installs it where it can"
USER = "evenhand"


def programs() -> Path | None:
    """Find the folder of initdb and postgres: Debian's newest, else the one on the path."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)]
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    return next((each for each in found if (each / "initdb").exists() and (each / "postgres").exists()), None)


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


@contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """Run a server; answers with the address of its first database, where a ``%s`` stands for a database's name."""
    with tempfile.TemporaryDirectory(prefix="evenhand-pg-", ignore_cleanup_errors=True) as name:
        folder, data = Path(name), Path(name, "data")
        data.mkdir(mode=0o700)
        unprivileged = _unprivileged(folder, data)
        _run(
            [
                *unprivileged,
                bin_folder / "initdb",
                "-D",
                data,
                "-U",
                USER,
                "--auth=trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-N",
            ]
        )
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*map(str, [*unprivileged, bin_folder / "postgres", "-D", data, "-k", folder]), *_SETTINGS],
                stdout=log,
                stderr=log,
                cwd="/",
            )
        try:
            address = f"postgresql://{USER}@/%s?host={folder}"
            _wait(address % "postgres", process, folder / "log")
            yield address
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown: clients are disconnected
            process.wait(timeout=30)


_SETTINGS = [
    part
    for setting in (
        "listen_addresses=",
        "fsync=off",
        "full_page_writes=off",
        "max_connections=60",
        "shared_buffers=64MB",
    )
    for part in ("-c", setting)
]


def _unprivileged(*folders: Path) -> list[str]:
    """Answer with what to put before a command so that it does not run as root, and ends if the tests are killed."""
    if os.geteuid() != 0:
        return []
    name = next(each for each in ("postgres", "nobody") if _known(each))
    who = pwd.getpwnam(name)
    for folder in folders:
        os.chown(folder, who.pw_uid, who.pw_gid)
    setpriv = shutil.which("setpriv")
    if setpriv:
        return [setpriv, "--pdeathsig=INT", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups", "--"]
    return ["runuser", "-u", name, "--"]


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())
