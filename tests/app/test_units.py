"""The units of systemd that are shipped, as systemd itself reads them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.assets import ROOT

UNITS = sorted((ROOT / "deploy").glob("*/*.service"))
#: The browser on the whole screen is a person's session, with all its rights.
SHUT_IN = [each for each in UNITS if each.name != "antrean-kiosk.service"]


def settings_of(unit: Path) -> dict[str, str]:
    """Return the settings of a unit; of one that is there twice the last."""
    lines = (line.partition("=") for line in unit.read_text().splitlines() if "=" in line)
    return {name: value for name, _, value in lines if not name.startswith("#")}


@pytest.mark.parametrize("unit", SHUT_IN, ids=lambda each: each.name)
def test_a_unit_may_do_little_and_reaches_its_printer(unit: Path) -> None:
    told = settings_of(unit)
    assert told["NoNewPrivileges"] == "true" and told["CapabilityBoundingSet"] == ""
    assert told["ProtectSystem"] == "strict" and told["StateDirectoryMode"] == "0700"
    # that would close the devices of printers
    assert "PrivateDevices" not in told
    assert told["Restart"] == "always"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    copy = tmp_path / unit.name
    program = settings_of(unit)["ExecStart"].split()[0]
    copy.write_text(unit.read_text().replace(program, "/bin/true"))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    if unit in SHUT_IN:
        # tenths of systemd's measure of what a service could do, of a hundred
        subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=30", copy],
            capture_output=True,
            check=True,
        )
