"""The kiosk's machine: what its doctor finds, and how its launcher starts the browser."""

import json
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.doctor import Finding
from app.kiosk_doctor import FLAGS, examine_kiosk

ROOT = Path(__file__).parents[2]
LAUNCHER = ROOT / "deploy" / "kiosk" / "antrean-kiosk"

Findings = dict[str, Finding]


class Healthy(BaseHTTPRequestHandler):
    """A server that is well."""

    def do_GET(self) -> None:
        """Answer as /healthz does."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ok", "version": "1.0"}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a server that is well."""
    listening = HTTPServer(("127.0.0.1", 0), Healthy)
    Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    listening.server_close()


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Put a command on a path that has no other."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name: str, script: str) -> None:
        file = folder / name
        file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        file.chmod(0o755)

    return make


def found(server: str, launcher: Path = LAUNCHER) -> Findings:
    """Return what the doctor finds, by subject."""
    return {each.subject: each for each in examine_kiosk(server, launcher)}


def test_a_kiosk_set_up_by_the_guide_has_nothing_wrong(
    server: str, command: Callable[[str, str], None]
) -> None:
    command("chromium", "true")
    command(
        "systemctl",
        'case "$*" in *sleep*|*suspend*|*hibernate*) echo masked;;'
        " *Watchdog*) echo 15s;; *) echo enabled;; esac",
    )
    findings = found(server)
    assert [each for each in findings.values() if not each.fine] == []
    assert {"server", "clock", "browser", "launcher", "sleep", "watchdog"} <= set(findings)


def test_a_bare_machine_lacks_everything_and_is_told_what_to_do(
    command: Callable[[str, str], None], tmp_path: Path
) -> None:
    command("systemctl", 'case "$*" in *Watchdog*) echo 0;; *) echo disabled;; esac')
    findings = found("http://127.0.0.1:9", tmp_path / "nothing")
    wrong = {name for name, each in findings.items() if not each.fine}
    assert wrong >= {"server", "browser", "launcher", "antrean-kiosk", "sleep", "watchdog"}
    assert all(each.mend for each in findings.values() if not each.fine)


def test_a_launcher_without_a_flag_that_matters_is_found(
    server: str, command: Callable[[str, str], None], tmp_path: Path
) -> None:
    command("systemctl", "true")
    old = tmp_path / "launcher"
    old.write_text(LAUNCHER.read_text().replace("--hide-crash-restore-bubble", ""))
    assert found(server, old)["launcher"].wrong == "lacks --hide-crash-restore-bubble"


def test_after_a_browser_was_killed_the_launcher_starts_it_as_if_it_had_been_closed(
    server: str, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    preferences = profile / "Default" / "Preferences"
    preferences.write_text('{"profile":{"exit_type":"Crashed","exited_cleanly":false,"name":"x"}}')
    (profile / "SingletonLock").symlink_to("gone-4711")
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    browser.chmod(0o755)
    done = subprocess.run(
        [LAUNCHER],
        env={
            "PATH": "/usr/bin:/bin",
            "ANTREAN_SERVER": server,
            "PROFILE": str(profile),
            "CHROMIUM": str(browser),
        },
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(preferences.read_text()) == {
        "profile": {"exit_type": "Normal", "exited_cleanly": True, "name": "x"}
    }
    assert not (profile / "SingletonLock").is_symlink()
    told = done.stdout.splitlines()
    assert told[-1] == f"{server}/kiosk"
    assert [flag for flag in FLAGS if not any(each.startswith(flag) for each in told)] == []


@pytest.mark.parametrize("guide", ["kiosk.md", "kios.md"])
def test_every_flag_of_the_launcher_is_looked_for_and_has_its_reason_in_the_guide(
    guide: str,
) -> None:
    said = (ROOT / "docs" / guide).read_text()
    lines = [each.strip(" \\") for each in LAUNCHER.read_text().splitlines() if each[:4] == "  --"]
    looked_for = {flag.partition("=")[0] for flag in FLAGS}
    assert {each.partition("=")[0] for each in lines} == looked_for
    assert [flag for flag in looked_for if f"`{flag}" not in said] == []
