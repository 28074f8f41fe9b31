"""Phones that connect, looked up many at a time: after a restart of the server all come at once."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from office.errors import OfficeError
from storage.turnstile import Turnstile

#: Seconds for which those who come are gathered; meanwhile boards and requests go first.
GATHERED = 0.1
#: Most that are looked up at once, which takes the server some 15 ms.
MOST = 100

Told = TypeVar("Told")


@dataclass(eq=False)
class Arrival(Generic[Told]):
    """One phone at the door, and what has been found for it."""

    secret: str
    found: Told | OfficeError | None = None


class Arrivals(Generic[Told]):
    """A door where whoever comes first looks up everybody who stands there by then."""

    def __init__(self, look: Callable[[Sequence[str]], Mapping[str, Told | OfficeError]]) -> None:
        self._look = look
        self._door = Turnstile()
        self._waiting: list[Arrival[Told]] = []

    def find(self, secret: str) -> Told:
        """Return what this secret opens. Raises the error found in its place."""
        mine = Arrival[Told](secret)
        self._waiting.append(mine)
        with self._door:
            if mine.found is None:
                self._look_up(mine)
        assert mine.found is not None
        if isinstance(mine.found, OfficeError):
            raise mine.found
        return mine.found

    def _look_up(self, first: Arrival[Told]) -> None:
        try:
            time.sleep(GATHERED)
            together = self._waiting[:MOST]
            found = self._look([each.secret for each in together])
            for each in together:
                each.found = found[each.secret]
                self._waiting.remove(each)
        finally:
            if first in self._waiting:
                self._waiting.remove(first)
