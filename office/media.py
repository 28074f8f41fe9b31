"""Media: pictures, videos and notices that a waiting room shows between calls, by a schedule.

What is uploaded lies as a file in the installation's folder (`office/shelf.py`); a row here names
it and says where, when and how long it is shown. Notices are words alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Invalid, Unknown
from office.journal import Kind, append
from office.people import Actor
from office.place import Names, Office, in_language
from office.shelf import Stored
from office.zones import zone_numbered
from storage.base import LARGEST, Base
from storage.work import Work

#: Seconds a medium may be shown.
SHORTEST, LONGEST = 5, 300
#: Longest title or caption, and longest text of a notice, in each language.
LONGEST_TITLE, LONGEST_TEXT = 120, 600
#: Largest WebVTT file, in bytes.
LARGEST_CAPTIONS = 200_000
WEEK = range(7)


class MediumKind(StrEnum):
    """What is shown."""

    PICTURE = "picture"
    VIDEO = "video"
    NOTICE = "notice"


class MediumUnknown(Unknown):
    """There is no such medium."""

    code = "medium_unknown"


class CaptionsInvalid(Invalid):
    """The file is no WebVTT text, or too long."""

    code = "captions_invalid"


class ScheduleWrong(Invalid):
    """It would never be shown: an end lies before its beginning, or no weekday is left."""

    code = "schedule_wrong"


@dataclass(frozen=True)
class Schedule:
    """When a medium is shown, in the office's own days and hours; None is without an end."""

    first_day: date | None = None
    last_day: date | None = None
    begins: time | None = None
    ends: time | None = None
    #: 0 is Monday.
    weekdays: tuple[int, ...] = tuple(WEEK)

    def checked(self) -> "Schedule":
        """Return it with its weekdays in order. Raises ScheduleWrong where it has no moment."""
        days = tuple(each for each in WEEK if each in self.weekdays)
        if not days:
            raise ScheduleWrong()
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ScheduleWrong()
        if self.begins and self.ends and self.ends <= self.begins:
            raise ScheduleWrong()
        return replace(self, weekdays=days)

    def covers(self, day: date) -> bool:
        """Say whether `day` has hours in which the medium is shown."""
        return (
            day.weekday() in self.weekdays
            and (self.first_day is None or self.first_day <= day)
            and (self.last_day is None or day <= self.last_day)
        )


@dataclass(frozen=True)
class Wish:
    """What a manager says of a medium."""

    #: What a picture or video shows, or a notice's title, by language.
    titles: Names
    #: The words of a notice; or what is said in a video, under it.
    texts: Names
    zone_id: int | None = None
    seconds: int = 15
    active: bool = True
    schedule: Schedule = Schedule()


class Medium(Base):
    """One picture, video or notice."""

    __tablename__ = "media"
    __table_args__ = (
        CheckConstraint("kind IN ('picture', 'video', 'notice')", name="kind"),
        CheckConstraint("(kind = 'notice') = (file IS NULL)", name="file"),
        CheckConstraint("seconds BETWEEN 5 AND 300", name="seconds"),
        Index("ix_media_office_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[str] = mapped_column(String(10))
    #: None: on the screens of every zone.
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("zones.id"))
    #: Its turn among the others, from 1.
    turn: Mapped[int]
    seconds: Mapped[int]
    active: Mapped[bool]
    titles: Mapped[Names]
    texts: Mapped[Names]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    begins: Mapped[time | None]
    ends: Mapped[time | None]
    weekdays: Mapped[list[int]]
    #: The name of its file, and what it is.
    file: Mapped[str | None] = mapped_column(String(80))
    bytes: Mapped[int]
    #: A video's captions as WebVTT.
    captions: Mapped[str | None] = mapped_column(Text)
    #: Since when a screen has been unable to show it.
    broken_at: Mapped[datetime | None]

    @property
    def schedule(self) -> Schedule:
        """When it is shown."""
        return Schedule(self.first_day, self.last_day, self.begins, self.ends, tuple(self.weekdays))

    def title(self, locale: str) -> str:
        """Return what it is called in `locale`."""
        return in_language(self.titles, locale) if self.titles else ""

    def told(self) -> dict[str, Any]:
        """Return it as screens are told of it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "file": self.file,
            "seconds": self.seconds,
            "titles": self.titles,
            "texts": self.texts,
            "captions": self.captions is not None,
            "from": self.begins.isoformat("minutes") if self.begins else None,
            "to": self.ends.isoformat("minutes") if self.ends else None,
        }

    def take(self, work: Work, wish: Wish) -> None:
        """Take what a manager said. Raises ZoneUnknown, ScheduleWrong or Invalid."""
        if wish.zone_id is not None:
            zone_numbered(work, self.office_id, wish.zone_id)
        if not SHORTEST <= wish.seconds <= LONGEST:
            raise Invalid(fields={"seconds": [f"from {SHORTEST} to {LONGEST}"]})
        schedule = wish.schedule.checked()
        self.titles = _checked("title", wish.titles, LONGEST_TITLE)
        self.texts = _checked("text", wish.texts, LONGEST_TEXT)
        if self.kind == MediumKind.NOTICE and not self.titles:
            raise Invalid(fields={"title": [f"from 1 to {LONGEST_TITLE} characters"]})
        self.zone_id, self.seconds, self.active = wish.zone_id, wish.seconds, wish.active
        self.first_day, self.last_day = schedule.first_day, schedule.last_day
        self.begins, self.ends = schedule.begins, schedule.ends
        self.weekdays = list(schedule.weekdays)
        self.broken_at = None


def media_of(work: Work, office_id: int) -> list[Medium]:
    """Return the office's media in their order."""
    return list(
        work.session.scalars(
            select(Medium).where(Medium.office_id == office_id).order_by(Medium.turn, Medium.id)
        )
    )


def medium_numbered(work: Work, office_id: int, number: int) -> Medium:
    """Return the medium with this number. Raises MediumUnknown."""
    medium = work.session.get(Medium, number) if 0 < number <= LARGEST else None
    if medium is None or medium.office_id != office_id:
        raise MediumUnknown(medium=number)
    return medium


def shown_in(media: Sequence[Medium], zone_id: int | None, day: date) -> list[Medium]:
    """Return what the screens of a zone show on `day`, in its order.

    Screens of the whole office show what is for every zone; so does each zone, besides its own.
    """
    return [
        each
        for each in media
        if each.active and each.zone_id in (None, zone_id) and each.schedule.covers(day)
    ]


def medium_with(work: Work, office_id: int, file: str) -> Medium | None:
    """Return a medium of the office that shows `file`."""
    return work.session.scalars(
        select(Medium).where(Medium.office_id == office_id, Medium.file == file).order_by(Medium.id)
    ).first()


def media_files(work: Work) -> list[str]:
    """Return the names of all files that some office's media need."""
    found = select(Medium.file).where(Medium.file.is_not(None)).distinct().order_by(Medium.file)
    return [each for each in work.session.scalars(found) if each]


def space_used(work: Work, office_id: int) -> int:
    """Return the bytes of the office's media; a file shown twice counts twice."""
    return (
        work.session.scalar(select(func.sum(Medium.bytes)).where(Medium.office_id == office_id))
        or 0
    )


def broken_of(work: Work, office_id: int) -> list[Medium]:
    """Return the media that a screen could not show, of those that are to be shown."""
    return [each for each in media_of(work, office_id) if each.active and each.broken_at]


def add_medium(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    wish: Wish,
    stored: Stored | None = None,
) -> Medium:
    """Add what was stored, or a notice, after the others, in the office's turn.

    Raises ZoneUnknown, ScheduleWrong or Invalid.
    """
    others = media_of(work, office.id)
    medium = Medium(
        office_id=office.id,
        kind=MediumKind.NOTICE.value if stored is None else MediumKind(stored.kind).value,
        turn=max((each.turn for each in others), default=0) + 1,
        file=stored.name if stored else None,
        bytes=stored.bytes if stored else 0,
    )
    medium.take(work, wish)
    work.session.add(medium)
    work.session.flush()
    append(work, office, Kind.OFFICE_CHANGED, actor, now, part="media")
    return medium


def change_medium(
    work: Work, office: Office, actor: Actor, now: datetime, number: int, wish: Wish
) -> Medium:
    """Change what is said of a medium, in the office's turn.

    Raises MediumUnknown, ZoneUnknown, ScheduleWrong or Invalid.
    """
    medium = medium_numbered(work, office.id, number)
    medium.take(work, wish)
    told = {"medium": number, "what": "changed"}
    append(work, office, Kind.OFFICE_CHANGED, actor, now, None, part="media", **told)
    return medium


def move_medium(
    work: Work, office: Office, actor: Actor, now: datetime, number: int, *, later: bool
) -> None:
    """Let a medium change turns with the one before or after it, in the office's turn.

    The first stays first and the last last. Raises MediumUnknown.
    """
    medium = medium_numbered(work, office.id, number)
    media = media_of(work, office.id)
    place = media.index(medium)
    other = place + 1 if later else place - 1
    if not 0 <= other < len(media):
        return
    media[place], media[other] = media[other], media[place]
    for turn, each in enumerate(media, 1):
        each.turn = turn
    append(work, office, Kind.OFFICE_CHANGED, actor, now, part="media")


def caption_medium(
    work: Work, office: Office, actor: Actor, now: datetime, number: int, sent: bytes
) -> None:
    """Keep a WebVTT file as a video's captions, in the office's turn; an empty one takes them away.

    Raises MediumUnknown or CaptionsInvalid.
    """
    medium = medium_numbered(work, office.id, number)
    if medium.kind != MediumKind.VIDEO:
        raise CaptionsInvalid()
    medium.captions = webvtt(sent) if sent else None
    append(work, office, Kind.OFFICE_CHANGED, actor, now, part="media")


def webvtt(sent: bytes) -> str:
    """Return a WebVTT file's text (https://www.w3.org/TR/webvtt1/). Raises CaptionsInvalid."""
    if len(sent) > LARGEST_CAPTIONS:
        raise CaptionsInvalid()
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaptionsInvalid() from error
    first = text.splitlines()[0] if text else ""
    if not (first == "WEBVTT" or first.startswith(("WEBVTT ", "WEBVTT\t"))) or "\0" in text:
        raise CaptionsInvalid()
    return text


def remove_medium(
    work: Work, office: Office, actor: Actor, now: datetime, number: int
) -> str | None:
    """Remove a medium, in the office's turn; return the file it needed. Raises MediumUnknown."""
    medium = medium_numbered(work, office.id, number)
    work.session.delete(medium)
    append(work, office, Kind.OFFICE_CHANGED, actor, now, part="media")
    return medium.file


def report_broken(work: Work, office_id: int, number: int, now: datetime) -> None:
    """Note that a screen could not show a medium; no change of the office, so outside its turn.

    Raises MediumUnknown.
    """
    medium = medium_numbered(work, office_id, number)
    if medium.broken_at is None:
        medium.broken_at = now


def _checked(name: str, texts: Names, longest: int) -> Names:
    kept = {locale: text.strip() for locale, text in texts.items() if text.strip()}
    if any(len(text) > longest for text in kept.values()):
        raise Invalid(fields={name: [f"at most {longest} characters"]})
    return kept
