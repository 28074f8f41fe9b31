"""Finds the Chromium for tests and screenshots, or gets one; never goes without silently."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial

#: What distributions call it. The shell has no window to draw around a page: opening one takes it
#: 0.06 s of the processor's time, and the whole Chromium 1.1 s.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
#: Longest wait, in seconds, for a Chromium to say its version: a cold disk is slow.
PATIENCE = 60.0


def chromium() -> str:
    """Return the path of a Chromium that starts: CHROMIUM's, the system's, or Playwright's own.

    Raises SystemExit when there is none.
    """
    for program in _candidates():
        if _starts(program):
            return program
    named = os.environ.get("CHROMIUM")
    raise SystemExit(
        f"CHROMIUM={named} does not start."
        if named
        else "There is no Chromium that starts: run `make browser`, or set CHROMIUM to its path."
    )


def get() -> None:
    """Make sure there is a Chromium: Playwright's own, else the distribution's.

    Raises SystemExit when there is none in the end.
    """
    sources: list[Callable[[], None]] = [_ask_playwright]
    sources += [partial(_ask_debian, name) for name in NAMES[:2]]
    for ask in sources:
        if any(map(_starts, _candidates())) or os.environ.get("CHROMIUM"):
            break
        ask()
    chromium()


def _candidates() -> Iterator[str]:
    named = os.environ.get("CHROMIUM")
    if named:
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))
    yield _playwrights_own()


def _playwrights_own() -> str:
    """Return where Playwright's own would be; asked aside, since tests already run its loop."""
    code = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as it: print(it.chromium.executable_path)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return told.stdout.strip()


def _starts(program: str) -> bool:
    """Return whether `program` runs here: it may be missing, or lack the system's libraries."""
    try:
        told = subprocess.run(
            [program, "--version"], capture_output=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


def _ask_playwright() -> None:
    print("bringing a Chromium ...")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _ask_debian(package: str) -> None:
    """Install the distribution's, which brings its libraries along; only root may."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", package]):
            subprocess.run(["apt-get", "-q", *words], env=environ, check=False)


if __name__ == "__main__":
    get()
