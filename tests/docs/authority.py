"""A time-stamping authority for readers of pages: openssl's, behind HTTP on this machine alone."""

from __future__ import annotations

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread

ROOT = "root.pem"
_CONFIG = """
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[stamps]
extendedKeyUsage = critical,timeStamping
"""


class Authority:
    """A root certificate, and a certificate under it whose key stamps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._one_by_one = Lock()
        (folder / "config").write_text(_CONFIG)
        (folder / "serial").write_text("01\n")
        new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        self._openssl("req", "-x509", *new, "-keyout", "root.key", "-out", ROOT, "-subj", "/CN=Time", "-days", "9")
        self._openssl("req", *new, "-keyout", "stamp.key", "-out", "stamp.csr", "-subj", "/CN=Stamps")
        self._openssl(
            *("x509", "-req", "-in", "stamp.csr", "-CA", ROOT, "-CAkey", "root.key", "-CAcreateserial", "-days", "9"),
            *("-extfile", "config", "-extensions", "stamps", "-out", "stamp.pem"),
        )

    def answer(self, query: bytes) -> bytes:
        """Stamp what is asked for, at the machine's time."""
        with self._one_by_one:
            (self.folder / "query").write_bytes(query)
            self._openssl(
                *("ts", "-reply", "-config", "config", "-section", "tsa", "-queryfile", "query"),
                *("-signer", "stamp.pem", "-inkey", "stamp.key", "-out", "answer"),
            )
            return (self.folder / "answer").read_bytes()

    def _openssl(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@contextmanager
def served() -> Generator[dict[str, str]]:
    """Serve an authority; answer with what a reader is lent: its address, and the file of its root certificate."""
    with TemporaryDirectory() as folder:
        authority = Authority(Path(folder))

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            try:
                yield {"TSA": f"http://127.0.0.1:{server.server_port}/", "AUTHORITY": str(authority.folder / ROOT)}
            finally:
                server.shutdown()
