"""The short form of wires that are cut between hosts; the long one is `make faults`.

It is a process of its own, for in this one nothing may be reached but this machine itself.
"""

import subprocess
import sys

import pytest

from tools.faults.network import Network, NoHosts
from tools.nursery import ROOT, clean_environ


@pytest.mark.takes(30)
def test_a_server_parted_from_the_database_says_so_and_nothing_is_lost() -> None:
    try:
        with Network("alone"):
            pass
    except NoHosts as reason:
        pytest.skip(str(reason))
    done = subprocess.run(
        [sys.executable, "-m", "tools.faults", "--house", "apart", "database_out_of_reach"],
        cwd=ROOT,
        env=clean_environ(),
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert done.stderr.count("504 unavailable") == 2
