"""The slip as a document: what stands on it and how large, before any printer or page is known."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from kiosk.printing.words import words_in


class Size(StrEnum):
    """How large a line is."""

    NORMAL = "normal"
    LARGE = "large"
    #: As large as fits on the paper.
    HUGE = "huge"


class Align(StrEnum):
    """Where a line stands."""

    LEFT = "left"
    CENTER = "center"


@dataclass(frozen=True)
class Line:
    """A paragraph of text; long text goes on in further lines."""

    kind: ClassVar[str] = "line"
    text: str
    size: Size = Size.NORMAL
    align: Align = Align.CENTER
    bold: bool = False


@dataclass(frozen=True)
class Logo:
    """The office's logo: the file, called by its content, and where a page finds it."""

    kind: ClassVar[str] = "logo"
    file: Path
    address: str


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""

    kind: ClassVar[str] = "rule"


@dataclass(frozen=True)
class QR:
    """A QR code and the words under it, which mean nothing without it."""

    kind: ClassVar[str] = "qr"
    content: str
    caption: str


@dataclass(frozen=True)
class Space:
    """Empty lines."""

    kind: ClassVar[str] = "space"
    lines: int = 1


@dataclass(frozen=True)
class Cut:
    """The end of the slip."""

    kind: ClassVar[str] = "cut"


Part = Line | Logo | Rule | QR | Space | Cut


@dataclass(frozen=True)
class Slip:
    """A document for one piece of paper; a reprint carries a mark above everything else."""

    locale: str
    parts: tuple[Part, ...]
    reprint: bool = False

    @property
    def marked(self) -> tuple[Part, ...]:
        """The parts with the mark of a reprint, if it is one."""
        return (reprint_mark(self.locale), *self.parts) if self.reprint else self.parts


def reprint_mark(locale: str) -> Line:
    """Return the line that tells a reprint from the first slip."""
    return Line(f"*** {words_in(locale).reprint} ***", bold=True)


def sample_slip(office: str, at: datetime, timezone: str, locale: str) -> Slip:
    """Return a slip that is no ticket, to try a printer with."""
    words = words_in(locale)
    local = at.astimezone(ZoneInfo(timezone))
    return Slip(
        locale,
        (
            Line(office, bold=True),
            Rule(),
            Line(words.test, Size.LARGE, bold=True),
            Line(local.strftime(f"%Y-%m-%d {words.clock}")),
            Cut(),
        ),
    )
