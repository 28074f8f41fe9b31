"""What the board's pages are made of, as a short digest: a page with another is out of date."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Where the files of a board's page lie.
SOURCES = ("display/static", "display/templates", "web/static/web")
LENGTH = 12


@cache
def build() -> str:
    """Return the digest of this server's files; it stays the same until the server is started."""
    digest = hashlib.sha256(version("antrean").encode())
    for source in SOURCES:
        for file in sorted((ROOT / source).rglob("*")):
            if file.is_file():
                digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:LENGTH]
