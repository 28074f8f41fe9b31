"""Keeps the voice warm: the sentences that will probably be said next are made before the calls.

A machine that has just started reads the engine from a cold disk, which can take seconds; the first
call of the day should be as fast as the last.
"""

import time
from collections.abc import Iterator

import structlog
from sqlalchemy import select

from display.voice.clips import name_aloud
from display.voice.sentence import sentence
from display.voice.synthesis import Manner, Voice, VoiceUnavailable
from office.line import line_of
from office.place import Office, counters_of, served_at, services_of
from office.tickets import IS_OPEN, Status, Ticket
from office.voice import English, Style, Tone, VoiceSettings, settings_of
from storage.work import Work
from web.house import House

log = structlog.get_logger(__name__)

#: Seconds between two looks, and before the first: a server that starts has better things to do.
LOOK = 20.0
#: Seconds between two sentences, so that the processor stays free for visitors.
BREATH = 0.2
#: Sentences made at a look.
MOST = 60


def run(home: House, voice: Voice) -> None:
    """Warm the voice for ever."""
    done: set[tuple[str, str, Manner]] = set()
    while True:
        time.sleep(LOOK)
        try:
            warm(home, voice, done)
        except Exception:
            log.exception("warming_failed")


def warm(home: House, voice: Voice, done: set[tuple[str, str, Manner]]) -> None:
    """Make what is likely to be said next and is not in `done`, and add it there."""
    with home.store.read() as work:
        offices = list(work.session.scalars(select(Office).order_by(Office.id)))
        wanted = [
            each for office in offices for each in likely(work, office, home) if each not in done
        ]
    if len(done) > 100 * MOST:
        done.clear()
    for text, locale, manner in wanted[:MOST]:
        done.add((text, locale, manner))
        try:
            voice.clip(text, locale, manner)
        except VoiceUnavailable as error:
            log.warning("voice_not_warm", error=str(error))
            return
        time.sleep(BREATH)


def likely(work: Work, office: Office, home: House) -> Iterator[tuple[str, str, Manner]]:
    """Yield the sentences of whoever is next at each counter, or of the first to come there."""
    settings = settings_of(work, office.id)
    if not settings.enabled:
        return
    manner = Manner(settings.speed, settings.pitch, Tone(settings.tone))
    next_labels = _next_labels(work, office, home)
    for counter in counters_of(work, office.id):
        for service_id in served_at(work, counter):
            for label, chosen in next_labels.get(service_id, []):
                for locale in _languages(settings, chosen):
                    text = sentence(
                        label,
                        counter.number,
                        locale,
                        style=Style(settings.style),
                        counter_name=name_aloud(counter, settings, locale),
                        template=settings.template(locale),
                    )
                    yield text, locale, manner


def _next_labels(work: Work, office: Office, home: House) -> dict[int, list[tuple[str, str]]]:
    """Return label and language of the first in line of each service, or of the first to come."""
    waiting = dict(
        work.session.execute(
            select(Ticket.id, Ticket.locale).where(
                Ticket.office_id == office.id, IS_OPEN, Ticket.status == Status.WAITING.value
            )
        ).all()
    )
    labels: dict[int, list[tuple[str, str]]] = {}
    for each in line_of(work, office, home.clock.now()):
        first = labels.setdefault(each.service_id, [])
        if len(first) < 2:
            first.append((each.label, waiting.get(each.ticket_id, "id")))
    for service in services_of(work, office.id):
        label = f"{service.letter}{service.number_from:03}"
        labels.setdefault(service.id, [(label, "id")])
    return labels


def _languages(settings: VoiceSettings, chosen: str) -> list[str]:
    both = chosen == "en" or settings.english == English.ALWAYS
    return ["id", "en"] if both else ["id"]
