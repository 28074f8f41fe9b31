"""Servers to measure: the real one, and a bare one that shows what the stack itself can do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent

#: Longest (s) that a server may take to start on a busy machine.
STARTING = 120

#: An empty Flask route and a bare Socket.IO broadcast on the same server as the real app.
BARE = """
import sys
from app.server import listen, mend_websocket, patch, DroppedExtensions
patch()
mend_websocket()
import gc
from flask import Flask, jsonify
from flask_socketio import SocketIO
from gevent.pywsgi import WSGIServer

app = Flask("bare")
socketio = SocketIO(app, async_mode="gevent")
count = [0]

@app.get("/healthz")
@app.post("/empty")
def empty():
    return jsonify(ok=True)

@app.post("/broadcast")
def broadcast():
    count[0] += 1
    socketio.start_background_task(
        socketio.emit, "change", {"version": count[0], "label": "A001"}, namespace="/display"
    )
    return jsonify(version=count[0])

@socketio.on("connect", namespace="/display")
def connect(auth=None):
    pass

gc.freeze()
WSGIServer(listen("127.0.0.1", int(sys.argv[1])), DroppedExtensions(app), log=None).serve_forever()
"""


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server at `url` answers; raise RuntimeError if it ends or never does."""
    end = time.monotonic() + STARTING
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{url}/healthz", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


@contextmanager
def running(*command: str, port: int, environ: dict[str, str]) -> Iterator[str]:
    """Run a server of ours until the block ends; yield its address."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(url, process)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def bare(port: int) -> Iterator[str]:
    """Run the bare server."""
    with running("-c", BARE, str(port), port=port, environ=dict(os.environ)) as url:
        yield url


@contextmanager
def office(
    data: Path, port: int, database: str = "", printer: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run the real server with the sample office; yield its address and tokens."""
    environ = {name: value for name, value in os.environ.items() if "ANTREAN" not in name}
    if database:
        environ["ANTREAN_DATABASE"] = database
    if printer:
        environ["ANTREAN_PRINTER"] = printer
    made = subprocess.run(
        [
            *(sys.executable, "-m", "app.command", "init", "--sample", "--json"),
            *("--data", str(data)),
        ],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        check=True,
    )
    tokens = json.loads(made.stdout)["tokens"]
    serve = ("-m", "app.command", "serve", "--data", str(data), "--port", str(port))
    with running(*serve, port=port, environ=environ) as url:
        yield url, tokens
