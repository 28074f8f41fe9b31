"""The entry for servers of several processes."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.nursery import clean_environ

ASK = """
from gevent import monkey
monkey.patch_all()
from app.wsgi import app, pulse
answer = app.test_client().get("/api/v1/services")
print(answer.status_code, len(answer.get_json()["services"]))
pulse.stop()
"""


def test_the_entry_serves_the_office_of_the_environment(
    installation: tuple[Path, dict[str, Any]],
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        env=clean_environ() | {"ANTREAN_DATA": str(installation[0])},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert said.stdout.split() == ["200", "12"]


def test_the_entry_names_a_setting_that_is_not_right(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import app.wsgi"],
        env=clean_environ() | {"ANTREAN_DATA": str(tmp_path), "ANTREAN_PRT": "8000"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert said.returncode != 0
    assert "unknown setting ANTREAN_PRT" in said.stderr
