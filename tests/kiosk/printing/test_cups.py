"""Printers of the operating system, by its commands: played here by scripts of the same names."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.printing.printers import check_printer, send
from kiosk.printing.wires import PrinterTrouble

Commands = Callable[..., Path]


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Put a CUPS on the path whose printer is in `state` and keeps its jobs if it is `stuck`."""

    def make(state: str = "", stuck: bool = False) -> Path:
        scripts = {
            "lp": f"cat > {tmp_path}/out; echo $* > {tmp_path}/asked;"
            " echo 'request id is kiosk-7 (0 file(s))'",
            "lpstat": f'case "$1" in -l) echo "printer kiosk is idle. {state}";;'
            f" -W) {'echo kiosk-7 root 1024' if stuck else 'true'};; esac",
            "cancel": f"echo $1 > {tmp_path}/cancelled",
        }
        for name, script in scripts.items():
            file = tmp_path / name
            file.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
            file.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return tmp_path

    return make


def test_bytes_go_to_the_queue_as_they_are(commands: Commands) -> None:
    folder = commands()
    assert send("cups://kiosk?width=58", b"\x1b@A012\xff") is None
    assert (folder / "out").read_bytes() == b"\x1b@A012\xff"
    assert (folder / "asked").read_text().strip() == "-d kiosk -o raw -"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("Alerts: media-empty-error", "paper_out"),
        ("Alerts: cover-open", "cover_open"),
        ("Alerts: media-low-warning", "paper_low"),
        ("Alerts: offline-report", "offline"),
        ("disabled since Thu", "offline"),
        ("Alerts: none", None),
    ],
)
def test_the_states_of_the_queue_are_told(commands: Commands, state: str, code: str | None) -> None:
    commands(f"{state} -")
    assert check_printer("cups://kiosk") == code


def test_nothing_is_sent_to_a_printer_without_paper(commands: Commands) -> None:
    folder = commands("Alerts: media-empty")
    with pytest.raises(PrinterTrouble, match="paper_out") as refused:
        send("cups://kiosk", b"A012")
    assert not refused.value.started
    assert not (folder / "out").exists()


def test_a_slip_that_stays_in_the_queue_is_cancelled_and_in_doubt(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = commands(stuck=True)
    monkeypatch.setattr("kiosk.printing.cups.FINISH", 0.3)
    with pytest.raises(PrinterTrouble, match="timeout") as stuck:
        send("cups://kiosk", b"A012")
    assert stuck.value.started
    assert (folder / "cancelled").read_text().strip() == "kiosk-7"


def test_without_cups_the_driver_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert check_printer("cups://kiosk") == "driver_missing"
