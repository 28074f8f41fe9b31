"""On what terms a counter serves a service: its preference, and whether it only helps out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a counter serves a service."""

    code: str
    #: Those of a lower number are called before those of a higher one.
    preference: int = 0
    #: It only helps out: with those who have waited this many minutes.
    helps_after_min: int | None = None

    def reach(self, waited_s: float) -> bool:
        """Say whether somebody who has waited so long may be called on these terms."""
        return self.helps_after_min is None or waited_s >= self.helps_after_min * 60
