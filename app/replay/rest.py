"""REST as a device or a clerk speaks it: one connection kept open, a key on every write."""

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

Answer = dict[str, Any]

#: Seconds one answer may take.
PATIENCE = 15.0
#: Seconds for which a server that went away is tried again, with the same key.
PERSISTENCE = 30.0


class ServerGone(Exception):
    """The server cannot be reached, or did not come back."""


class Refused(Exception):
    """The server said no, with a stable code."""

    def __init__(self, status: int, code: str, facts: Answer) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.facts = facts


@dataclass
class Tally:
    """What happened on the wire, over all callers."""

    requests: int = 0
    retried: int = 0
    resent: int = 0
    #: Requests sent twice with one key whose second answer was not the first.
    answered_otherwise: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **counts: int) -> None:
        """Add to the counts."""
        with self.lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)


@dataclass(frozen=True)
class Sent:
    """A write and its answer, as it was, to be sent once more as a shaky network would."""

    path: str
    body: bytes
    key: str
    status: int
    answer: Answer


class Caller:
    """One device's or clerk's connection. Not for several threads."""

    def __init__(
        self, url: str, token: str | None, tally: Tally, patience: float = PATIENCE
    ) -> None:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=patience)
        self._base = parts.path.rstrip("/") + "/api/v1"
        self._token = token
        self._tally = tally
        #: When the last request was first sent, on the machine's monotonic clock.
        self.asked_at = 0.0
        self.last: Sent | None = None

    def get(self, path: str) -> Answer:
        """Read. Raises Refused or ServerGone."""
        self.asked_at = time.monotonic()
        status, answer = self._persist("GET", path, b"", None)
        return _accepted(status, answer)

    def post(self, path: str, body: Answer | None = None) -> Answer:
        """Write once, however often it has to be sent. Raises Refused or ServerGone."""
        self.asked_at = time.monotonic()
        sent = json.dumps(body or {}).encode()
        key = uuid.uuid4().hex
        status, answer = self._persist("POST", path, sent, key)
        accepted = _accepted(status, answer)
        self.last = Sent(path, sent, key, status, answer)
        return accepted

    def send_again(self) -> None:
        """Send the last accepted write once more, with its key; the answer must be the same."""
        sent = self.last
        if sent is None:
            return
        again = self._persist("POST", sent.path, sent.body, sent.key)
        self._tally.add(resent=1, answered_otherwise=int(again != (sent.status, sent.answer)))

    def close(self) -> None:
        """Give the connection up."""
        self._connection.close()

    def _persist(self, verb: str, path: str, body: bytes, key: str | None) -> tuple[int, Answer]:
        until = time.monotonic() + PERSISTENCE
        pause = 0.05
        while True:
            status, answer = 0, Answer()
            try:
                status, answer = self.once(verb, path, body, key)
                if status not in (429, 502, 503, 504):
                    return status, answer
                trouble = f"{status} {answer.get('code', '')}"
            except (OSError, HTTPException) as error:
                self._connection.close()
                trouble = str(error) or type(error).__name__
            if time.monotonic() > until:
                if status:
                    return status, answer
                raise ServerGone(trouble)
            self._tally.add(retried=1)
            time.sleep(pause)
            pause = min(pause * 2, 1.0)

    def once(self, verb: str, path: str, body: bytes, key: str | None) -> tuple[int, Answer]:
        """Send once; return the status and the answer. Raises OSError or HTTPException."""
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if key:
            headers["Content-Type"] = "application/json"
            headers["Idempotency-Key"] = key
        self._connection.request(verb, self._base + path, body or None, headers)
        response = self._connection.getresponse()
        raw = response.read()
        self._tally.add(requests=1)
        try:
            answer = json.loads(raw)
        except ValueError:
            answer = {}
        return response.status, answer if isinstance(answer, dict) else {}


def _accepted(status: int, answer: Answer) -> Answer:
    if status >= 400:
        raise Refused(status, str(answer.get("code", "")), answer)
    return answer
