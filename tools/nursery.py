"""Servers, each a process of its own, born of one that has imported everything already.

Importing takes a server two seconds of work, more than most tests and faults then ask of it. Run as
a program this file imports the server once, as `antrean serve` does, does what else each would do
alike, and forks at each line of its input. How a server starts from nothing is tested where the
command is.
"""

import contextlib
import faulthandler
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

#: Hashes of the same kind as real ones, but quickly made and checked.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

ROOT = Path(__file__).resolve().parents[1]


class Nursery:
    """The process that servers are born of."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._asking = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tools.nursery", "serve"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, arguments: list[str], environ: dict[str, str], log: Path) -> "Born":
        """Run `antrean` with `arguments`; what it says is added to `log`."""
        return Born(self, self.ask("run", arguments, environ, str(log)))

    def ask(self, *line: Any) -> Any:
        """Have it do something and return its answer."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with self._asking:
            process.stdin.write(json.dumps(line).encode() + b"\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

    def close(self) -> None:
        """End it; what was born of it lives on."""
        self._process.communicate(timeout=15)


class Born:
    """A process of the nursery, with the ways of subprocess.Popen."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery

    def poll(self) -> int | None:
        """Return how it ended, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._nursery.ask("ended", self.pid)
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def wait(self, seconds: float) -> int:
        """Wait for its end and return how it ended. Raises subprocess.TimeoutExpired."""
        end = time.monotonic() + seconds
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(["antrean"], seconds)
            time.sleep(0.005)
        return code


def clean_environ() -> dict[str, str]:
    """Return the environment without any setting of an installation, and with bytecode kept."""
    foreign = {name: value for name, value in os.environ.items() if "ANTREAN" not in name}
    foreign.pop("PYTHONDONTWRITEBYTECODE", None)
    return foreign


def initialised(nursery: Nursery, data: Path, environ: dict[str, str]) -> dict[str, Any]:
    """Make an installation with the sample office in `data` and return its tokens.

    Raises RuntimeError with what was said against it.
    """
    told = data.with_suffix(".told")
    made = nursery.run(["init", "--sample", "--json", "--data", str(data)], environ, told)
    if made.wait(60) != 0:
        raise RuntimeError(told.read_text())
    tokens: dict[str, Any] = json.loads(told.read_text().splitlines()[-1])["tokens"]
    return tokens


def _ended(pid: int) -> int | None:
    """Say how a child ended, or None."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _become(arguments: list[str], environ: dict[str, str], log: str) -> None:
    """Be, in a new child, the command with `arguments`; from nothing if it imports otherwise."""
    for path, flags, numbers in (
        (os.devnull, os.O_RDONLY, (0,)),
        (log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, (1, 2)),
    ):
        opened = os.open(path, flags)
        for number in numbers:
            os.dup2(opened, number)
        os.close(opened)
    if environ.get("PYTHONPATH") != os.environ.get("PYTHONPATH"):
        os.execve(sys.executable, [sys.executable, "-m", "app.command", *arguments], environ)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv[1:] = arguments
    # one that answers no more is asked what it is doing
    faulthandler.register(signal.SIGUSR1)


def _warm_up() -> None:
    """Do once what takes each server most of its start, and leave nothing to collect."""
    import engineio.async_drivers.gevent  # type: ignore[import-untyped]  # noqa: F401
    import jinja2.ext  # noqa: F401
    from sqlalchemy.orm import configure_mappers

    import app.factory  # noqa: F401
    from app import migrations
    from kiosk.printing.escpos_slip import prepare
    from office import passwords

    passwords._hasher = QUICK
    configure_mappers()
    prepare()
    migrations.newest()
    gc.collect()
    gc.freeze()


def _main() -> None:
    """Import what serving needs; then fork at each line, until there are no more."""
    from app.command import main  # patches, since `serve` is asked for

    _warm_up()
    from gevent import monkey

    fork = monkey.get_original("os", "fork")
    asked = os.fdopen(os.dup(0), "rb")
    with os.fdopen(os.dup(1), "w") as answers:
        for line in asked:
            wish, *values = json.loads(line)
            if wish == "ended":
                answer = _ended(*values)
            elif (answer := fork()) == 0:
                break
            answers.write(f"{json.dumps(answer)}\n")
            answers.flush()
        else:
            return
    asked.close()
    _become(*values)
    with contextlib.suppress(BrokenPipeError):
        main(prog_name="antrean")


if __name__ == "__main__":
    _main()
