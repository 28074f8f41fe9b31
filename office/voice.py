"""How an office's waiting room speaks: when, how loud, how often, in what words and languages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Invalid, StretchesWrong
from office.journal import Kind
from office.people import Actor
from office.place import Office
from storage.base import Base
from storage.work import Work

#: What is said unless the office has a sentence of its own.
TEMPLATES = {
    "id": "Nomor antrean {number}, silakan menuju {counter}.",
    "en": "Ticket number {number}, please go to {counter}.",
}
PLACEHOLDERS = ("number", "counter")
LONGEST_TEMPLATE = 200
#: Stretches of the day that can have a loudness of their own.
MOST_STRETCHES = 12

#: Letters whose names are taken for one another when called out, by their Indonesian names.
ALIKE = ("BDPT", "MN", "VW")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Style(StrEnum):
    """How the number of a ticket is read."""

    #: "A, nol, satu, dua": clearest.
    DIGITS = "digits"
    #: "A, nol, dua belas": the leading zeros, then the number.
    NUMBER = "number"


class Tone(StrEnum):
    """Which of the machine's voices speaks."""

    LOW = "low"
    HIGH = "high"


class English(StrEnum):
    """Who hears a call in English after the Indonesian."""

    CHOSEN = "chosen"
    ALWAYS = "always"


class CounterName(StrEnum):
    """What a counter is called aloud."""

    #: By its own name where it has one, else by its number.
    NAME = "name"
    NUMBER = "number"


class TemplateInvalid(Invalid):
    """The sentence has a placeholder that means nothing, or a brace too many."""

    code = "template_invalid"


class TemplateIncomplete(Invalid):
    """The sentence lacks the number or the counter: a call nobody could follow."""

    code = "template_incomplete"


class VoiceSettings(Base):
    """The voice of an office; one without a row speaks by `standard`."""

    __tablename__ = "voice_settings"
    __table_args__ = (
        CheckConstraint("repeats BETWEEN 1 AND 3", name="repeats"),
        CheckConstraint("speed BETWEEN 60 AND 150", name="speed"),
        CheckConstraint("pitch BETWEEN 0 AND 99", name="pitch"),
        CheckConstraint("volume BETWEEN 0 AND 100", name="volume"),
        CheckConstraint("recall_after BETWEEN 0 AND 120", name="recall_after"),
    )

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    enabled: Mapped[bool]
    #: How often each call is said.
    repeats: Mapped[int]
    #: Percent of the voice's own pace.
    speed: Mapped[int]
    #: 0 to 99; 50 is the voice's own.
    pitch: Mapped[int]
    tone: Mapped[str] = mapped_column(String(10))
    #: Percent, where no stretch says otherwise.
    volume: Mapped[int]
    #: {from, to, volume, speech}: without speech only the chime sounds, at that volume.
    stretches: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    english: Mapped[str] = mapped_column(String(10))
    style: Mapped[str] = mapped_column(String(10))
    counter_name: Mapped[str] = mapped_column(String(10))
    #: The office's own sentences by language; a language without one has the usual sentence.
    templates: Mapped[dict[str, str]]
    #: Seconds after an announcement before recall and no-show are offered; 0 is at any time.
    recall_after: Mapped[int]
    #: The office's version when this was changed last; 0 for a voice never changed.
    stamp: Mapped[int]

    @classmethod
    def standard(cls, office_id: int) -> "VoiceSettings":
        """Return how an office speaks that changed nothing."""
        return cls(
            office_id=office_id,
            enabled=True,
            repeats=1,
            speed=100,
            pitch=50,
            tone=Tone.LOW.value,
            volume=100,
            stretches=[],
            english=English.CHOSEN.value,
            style=Style.DIGITS.value,
            counter_name=CounterName.NAME.value,
            templates={},
            recall_after=0,
            stamp=0,
        )

    def told(self) -> dict[str, Any]:
        """Return the settings as screens and the API tell them."""
        return {name: getattr(self, name) for name in (*CHANGEABLE, "stamp")}

    def template(self, locale: str) -> str:
        """Return the sentence said in `locale`."""
        return self.templates.get(locale) or TEMPLATES[locale]


CHANGEABLE = (
    "enabled",
    "repeats",
    "speed",
    "pitch",
    "tone",
    "volume",
    "stretches",
    "english",
    "style",
    "counter_name",
    "templates",
    "recall_after",
)


@dataclass(frozen=True)
class Stretch:
    """A part of the day with a loudness of its own."""

    begins: time
    ends: time

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Stretch":
        """Return the stretch of {from, to}, both as "HH:MM"."""
        return cls(time.fromisoformat(told["from"]), time.fromisoformat(told["to"]))


def settings_of(work: Work, office_id: int) -> VoiceSettings:
    """Return how the office speaks."""
    return work.session.get(VoiceSettings, office_id) or VoiceSettings.standard(office_id)


def change_settings(
    work: Work, office: Office, actor: Actor, now: datetime, values: dict[str, Any]
) -> VoiceSettings:
    """Let the office speak by `values`, a value for each name in CHANGEABLE; within its turn.

    Raises TemplateInvalid, TemplateIncomplete or StretchesWrong.
    """
    for locale, template in values["templates"].items():
        check_template(locale, template)
    check_stretches(values["stretches"])
    settings = settings_of(work, office.id)
    former = _told_of(settings)
    for name in CHANGEABLE:
        setattr(settings, name, values[name])
    settings.templates = {
        locale: template.strip()
        for locale, template in values["templates"].items()
        if template.strip() and template.strip() != TEMPLATES[locale]
    }
    settings.stretches = sorted(values["stretches"], key=lambda each: str(each["from"]))
    present = _told_of(settings)
    if present != former:
        journal.append_change(
            work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="voice"
        )
        settings.stamp = office.version
        work.session.add(settings)
    return settings


def _told_of(settings: VoiceSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in CHANGEABLE}


def touch(work: Work, office: Office, actor: Actor, now: datetime) -> None:
    """Note in the journal, and for every screen, that the office sounds different from now on."""
    settings = settings_of(work, office.id)
    journal.append(work, office, Kind.OFFICE_CHANGED, actor, now, part="voice")
    settings.stamp = office.version
    work.session.add(settings)


def check_template(locale: str, template: str) -> None:
    """Raise TemplateInvalid or TemplateIncomplete unless the voice can say `template`.

    An empty one stands for the usual sentence.
    """
    if not template.strip():
        return
    unknown = [name for name in _PLACEHOLDER.findall(template) if name not in PLACEHOLDERS]
    rest = _PLACEHOLDER.sub("", template)
    if unknown or "{" in rest or "}" in rest:
        names = ", ".join("{" + name + "}" for name in unknown) or "{ }"
        raise TemplateInvalid(locale=locale, names=names)
    lacking = [name for name in PLACEHOLDERS if "{" + name + "}" not in template]
    if lacking or len(template) > LONGEST_TEMPLATE:
        names = ", ".join("{" + name + "}" for name in lacking)
        raise TemplateIncomplete(locale=locale, names=names)


def check_stretches(stretches: Iterable[dict[str, Any]]) -> None:
    """Raise StretchesWrong unless each ends after it begins and none meets another."""
    sorted_ones = sorted((Stretch.of(each) for each in stretches), key=lambda each: each.begins)
    before = None
    for each in sorted_ones:
        if each.ends <= each.begins or (before is not None and each.begins < before.ends):
            raise StretchesWrong(names=f"{each.begins:%H:%M}–{each.ends:%H:%M}")
        before = each


def alike(letters: Iterable[str]) -> list[str]:
    """Return the groups, of two or more, of these letters that sound alike: ["BT", "MN"]."""
    used = {letter for prefix in letters for letter in prefix}
    groups = ("".join(each for each in group if each in used) for group in ALIKE)
    return [group for group in groups if len(group) > 1]
