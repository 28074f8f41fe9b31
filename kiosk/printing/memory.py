"""What a print agent remembers of each slip, on its own disk, so that none comes out twice."""

import hashlib
import sqlite3
import time
from enum import StrEnum
from pathlib import Path

#: Seconds a slip is remembered: longer than the server keeps it.
KEPT = 48 * 3600


class Fate(StrEnum):
    """How far a slip came."""

    #: Bytes may have left; the machine stopped before it knew.
    BEGUN = "begun"
    #: Part of it may be on paper, and the server was told.
    DOUBTED = "doubted"
    PRINTED = "printed"


class Memory:
    """Slips by their key, each written through to the disk before the next step."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._rows = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = FULL")
        self._rows.execute(
            "CREATE TABLE IF NOT EXISTS slips (key TEXT PRIMARY KEY, fate TEXT NOT NULL, at REAL)"
        )

    def fate(self, key: str) -> Fate | None:
        """Return how far this slip came, or None if it never came here."""
        row = self._rows.execute("SELECT fate FROM slips WHERE key = ?", (key,)).fetchone()
        return Fate(row[0]) if row else None

    def keep(self, key: str, fate: Fate) -> None:
        """Remember how far this slip came, and forget what is old."""
        now = time.time()
        self._rows.execute("INSERT OR REPLACE INTO slips VALUES (?, ?, ?)", (key, fate.value, now))
        self._rows.execute("DELETE FROM slips WHERE at < ?", (now - KEPT,))

    def forget(self, key: str) -> None:
        """Forget a slip of which nothing left this machine."""
        self._rows.execute("DELETE FROM slips WHERE key = ?", (key,))

    def close(self) -> None:
        """Close the file."""
        self._rows.close()


def key_of(job: int, payload: bytes) -> str:
    """Return a slip's key; another database may give the same number to another slip."""
    return f"{job}-{hashlib.sha256(payload).hexdigest()[:16]}"
