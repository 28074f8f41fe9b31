"""Finds the Chromium for tests and screenshots, or gets one; never goes without silently."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Return the path of the system's Chromium; None means Playwright's own, which is there.

    Raises SystemExit when there is neither.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    if _own().exists():
        return None
    raise SystemExit("There is no Chromium: run `python -m tools.browser`, or set CHROMIUM.")


def get() -> None:
    """Make sure there is a Chromium: Playwright's own, else the distribution's."""
    try:
        chromium()
        return
    except SystemExit:
        pass
    own = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if own.returncode == 0 and _own().exists():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "install", "-y", "chromium"], check=False)
    chromium()


def _own() -> Path:
    """Return where Playwright's own Chromium would be; asked aside, for tests run in a loop."""
    code = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as it: print(it.chromium.executable_path)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    return Path(told.strip())


if __name__ == "__main__":
    get()
