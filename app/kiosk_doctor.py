"""What is wrong with the machine of a kiosk or a screen: looked at from that machine itself."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.request import urlopen

from app.doctor import Finding

#: Seconds the clocks of kiosk and server may be apart; the page goes by the server's.
APART = 60
#: Seconds a command or the server may take.
PATIENCE = 5
LAUNCHER = Path("/usr/local/bin/antrean-kiosk")
SLEEP = ("sleep.target", "suspend.target", "hibernate.target", "hybrid-sleep.target")
GUIDE = "see docs/kiosk.md"
#: What the launcher must not be without; the reason of each is in the guide.
FLAGS = (
    "--kiosk",
    "--user-data-dir",
    "--hide-crash-restore-bubble",
    "--disable-session-crashed-bubble",
    "--noerrdialogs",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--disable-features=Translate",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--ozone-platform-hint=auto",
)


def examine_kiosk(server: str, launcher: Path = LAUNCHER) -> list[Finding]:
    """Look at the server, the browser, the launcher, sleep, and the watchdog; changes nothing."""
    looks: list[Callable[[], Iterator[Finding]]] = [
        lambda: _server(server),
        _browser,
        lambda: _launcher(launcher),
        _units,
        _sleep,
        _watchdog,
    ]
    return [finding for look in looks for finding in look()]


def _server(server: str) -> Iterator[Finding]:
    try:
        with urlopen(f"{server.rstrip('/')}/healthz", timeout=PATIENCE) as answer:
            version = json.load(answer).get("version", "")
            said = answer.headers.get("Date")
    except (OSError, ValueError) as error:
        yield Finding("server", f"{server} does not answer: {error}", "check cable and address")
        return
    yield Finding("server", note=f"{server} answers, version {version}")
    if said:
        apart = abs(parsedate_to_datetime(said).timestamp() - time.time())
        if apart > APART:
            wrong = f"differs from the server's by {apart:.0f} s"
            yield Finding("clock", wrong, "run: timedatectl set-ntp true")
        else:
            yield Finding("clock", note="as the server's")


def _browser() -> Iterator[Finding]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        yield Finding("browser", "Chromium is not installed", "run: apt install chromium")
    else:
        yield Finding("browser", note=found)


def _launcher(file: Path) -> Iterator[Finding]:
    if not file.exists():
        yield Finding("launcher", f"there is no {file}", GUIDE)
        return
    script = file.read_text(encoding="utf-8")
    missing = [flag for flag in FLAGS if f" {flag}" not in script]
    if missing:
        yield Finding("launcher", f"lacks {', '.join(missing)}", "install deploy/kiosk anew")
    else:
        yield Finding("launcher", note=str(file))


def _units() -> Iterator[Finding]:
    for unit, needed in (("antrean-kiosk", True), ("antrean-print-agent", False)):
        state = _said("systemctl", "is-enabled", unit)
        if state == "enabled":
            yield Finding(unit, note="starts by itself")
        elif needed or state not in {"", "not-found"}:
            wrong = "does not start by itself"
            yield Finding(unit, wrong, f"run: systemctl enable {unit}")


def _sleep() -> Iterator[Finding]:
    awake = [each for each in SLEEP if _said("systemctl", "is-enabled", each) != "masked"]
    if awake:
        mend = f"run: systemctl mask {' '.join(awake)}"
        yield Finding("sleep", "this machine may fall asleep", mend)
    else:
        yield Finding("sleep", note="never")


def _watchdog() -> Iterator[Finding]:
    span = _said("systemctl", "show", "--property=RuntimeWatchdogUSec", "--value")
    if span in {"", "0", "infinity"}:
        yield Finding("watchdog", "a machine that hangs stays so", GUIDE)
    else:
        yield Finding("watchdog", note=f"starts a hanging machine anew after {span}")


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip()
