"""Debian's chromium, driven over its debugging pipe: look at a page, resize it, print it, press keys, run axe on it.

    with Browser() as browser:                    # or the fixture ``browser``, one for the whole run
        page = browser.open(html)                 # a page of its own, with no network
        page.evaluate("document.title")

It is started with a folder of its own that is thrown away, and never over a network port.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
_AXE = find_spec("axe_playwright_python")
AXE = Path(_AXE.origin).with_name("axe.min.js") if _AXE and _AXE.origin else None
WHY_NOT = "chromium is not installed here (on Debian, make test installs it; elsewhere put chromium on the PATH)"
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--force-color-profile=srgb", "--remote-debugging-pipe",
)  # fmt: skip


class Browser:
    """One running chromium; asks it over two pipes, one answer at a time."""

    def __init__(self) -> None:
        assert PROGRAM is not None, WHY_NOT
        self._folder = tempfile.TemporaryDirectory(prefix="evenhand-browser-", ignore_cleanup_errors=True)
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        # The browser reads descriptor 3 and writes descriptor 4; the shell puts ours there.
        script = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", script, PROGRAM, *_FLAGS, f"--user-data-dir={self._folder.name}", "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self._folder.name},
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._out = os.fdopen(ours_out, "wb", buffering=0)
        self._in = os.fdopen(ours_in, "rb")
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, EOFError):
            self.ask("Browser.close")
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._out.close()
        self._in.close()
        self._folder.cleanup()

    def ask(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Ask for one thing and wait for its answer; what happens meanwhile is kept in ``events``."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            found = self._read()
            if found.get("id") == self._number:
                assert "error" not in found, (method, found["error"])
                answer: dict[str, Any] = found["result"]
                return answer
            self.events.append(found)

    def wait_for(self, method: str, session: str) -> dict[str, Any]:
        """Wait until something happens."""
        while True:
            for at, event in enumerate(self.events):
                if event.get("method") == method and event.get("sessionId") == session:
                    return self.events.pop(at)
            self.events.append(self._read())

    def open(self, html: str, **look: Any) -> Page:
        """Show a page, given as text, as a file of its own; ``look`` is that of ``Page.look``."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target)
        page.look(**look)
        path = Path(self._folder.name) / f"{target}.html"
        path.write_text(html, encoding="utf-8")
        self.ask("Page.enable", session)
        self.ask("Network.enable", session)
        self.ask("Page.navigate", session, url=path.as_uri())
        self.wait_for("Page.loadEventFired", session)
        return page

    def _read(self) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            if not byte:
                raise EOFError("the browser has gone")
            text += byte
        found: dict[str, Any] = json.loads(text)
        return found


class Page:
    """One page that is shown."""

    def __init__(self, browser: Browser, session: str, target: str) -> None:
        self._browser, self._session, self._target = browser, session, target

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.ask(method, self._session, **parameters)

    def look(self, *, width: int = 1280, height: int = 900, dark: bool = False, media: str = "") -> None:
        """Look at it on a screen of a width, by day or night, or as it prints (``media="print"``)."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def evaluate(self, script: str) -> Any:
        """Run a script on the page and answer with its value."""
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key, such as Tab."""
        code = {"Tab": 9, "Enter": 13}[key]
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                     **({"text": "\r"} if key == "Enter" and kind == "keyDown" else {}))  # fmt: skip

    def violations(self) -> list[Mapping[str, Any]]:
        """Run axe, and answer with what it finds wrong, rule by rule."""
        assert AXE is not None
        self.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
        found = self.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))"
        )
        violations: list[Mapping[str, Any]] = json.loads(found)
        return violations

    def picture(self, *, whole: bool = True) -> bytes:
        """Answer with a PNG of what it looks like."""
        found = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(found["data"])

    def printed(self) -> bytes:
        """Answer with the PDF that the browser would print."""
        return base64.b64decode(self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])

    def asked_for(self) -> list[str]:
        """Answer with every address the page asked for, its own left out."""
        sent = [each for each in self._browser.events if each.get("method") == "Network.requestWillBeSent"]
        return [each["params"]["request"]["url"] for each in sent if each.get("sessionId") == self._session][1:]

    def close(self) -> None:
        self._browser.ask("Target.closeTarget", targetId=self._target)
