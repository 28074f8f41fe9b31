"""The catalogue: what services the office offers, as a manager sets them; versions in the journal.

A service that was ever offered is never deleted: it is retired, and can be offered again.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select

from office import journal
from office.errors import Conflict, Invalid, NamesWrong, ServiceUnknown, all_at_once
from office.journal import Kind
from office.people import Actor, Right
from office.place import Names, Office, Service
from office.tickets import IS_OPEN, Ticket
from storage.work import Work

LONGEST_CODE = 20
CODE = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_CODE}}}")
LETTER = re.compile(r"[A-Z]{1,2}")
LONGEST_NAME = 60
LONGEST_PAPER = 160
MOST_PAPERS = 20
#: Numbers as the voice says them and the board has room for.
LARGEST_NUMBER = 9999
LARGEST_QUOTA = 9999
#: Minutes a service usually takes, at least and at most.
TYPICAL = (1, 600)
#: The drawings there are for services.
ICONS = (
    "document",
    "id-card-enrol",
    "id-card-print",
    "family",
    "birth",
    "death",
    "marriage",
    "child-card",
    "move",
    "phone-id",
    "stamp",
    "pick-up",
    "complaint",
)


class ServiceTaken(Conflict):
    """Another service, perhaps a retired one, has this code."""

    code = "service_taken"


class RangesClash(Conflict):
    """Two services share a letter, and their numbers overlap without being the same range."""

    code = "ranges_clash"


class RangeWrong(Invalid):
    """The last number lies before the first, or beyond `limit`."""

    code = "range_wrong"


class PapersDiffer(Invalid):
    """One language lists more to bring than another; clerks tick the papers by their places."""

    code = "papers_differ"


class ServiceInUse(Conflict):
    """Tickets of this service are still open today."""

    code = "service_in_use"


class Ranged(Protocol):
    """What has a letter and a range of numbers."""

    @property
    def letter(self) -> str:
        """The letter before the number."""

    @property
    def number_from(self) -> int:
        """The first number."""

    @property
    def number_to(self) -> int:
        """The last number."""


@dataclass(frozen=True)
class Offer:
    """What a service is called, what its tickets look like, and what people bring."""

    letter: str
    number_from: int
    number_to: int
    names: Names
    #: What to bring, by language.
    requirements: dict[str, list[str]]
    icon: str
    #: The most numbers a day.
    quota: int | None
    #: Minutes a visit usually takes, until the office's own past says better.
    typical_min: int


def clash(one: Ranged, other: Ranged) -> bool:
    """Say whether the numbers of two services overlap; the same range is shared on purpose."""
    if one.letter != other.letter:
        return False
    if (one.number_from, one.number_to) == (other.number_from, other.number_to):
        return False
    return one.number_from <= other.number_to and other.number_from <= one.number_to


def sharing(service: Service, others: Iterable[Service]) -> list[Service]:
    """Return the offered services whose numbers come from the same series as those of `service`."""
    wanted = (service.letter, service.number_from, service.number_to)
    return [
        each
        for each in others
        if each.code != service.code
        and not each.retired
        and (each.letter, each.number_from, each.number_to) == wanted
    ]


def all_services(work: Work, office_id: int) -> Sequence[Service]:
    """Return all services in the office's order, the retired last."""
    return work.session.scalars(
        select(Service)
        .where(Service.office_id == office_id)
        .order_by(Service.retired, Service.position, Service.code)
    ).all()


def offer_of(service: Service) -> Offer:
    """Return what a service is, as a manager sets it."""
    return Offer(
        service.letter,
        service.number_from,
        service.number_to,
        service.names,
        service.requirements,
        service.icon,
        service.quota,
        max(round(service.typical_seconds / 60), 1),
    )


def code_of(names: Mapping[str, str], taken: Collection[str]) -> str:
    """Return a code made from a service's name, unlike those `taken`, which are in small letters.

    Reports and addresses keep to it when the name changes.
    """
    name = next((each for each in names.values() if each.strip()), "")
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[A-Za-z0-9]+", plain)).upper()
    stem = words[:LONGEST_CODE].strip("-") or "LAYANAN"
    for ending in ("", *(f"-{each}" for each in range(2, len(taken) + 3))):
        code = stem[: LONGEST_CODE - len(ending)].strip("-") + ending
        if code.lower() not in taken:
            return code
    raise AssertionError("more endings than codes were tried")


def add_service(
    work: Work, office: Office, actor: Actor, now: datetime, code: str, offer: Offer
) -> Service:
    """Offer a new service, after all others. Raises Forbidden, Invalid, ServiceTaken, RangesClash.

    No counter serves it yet. Without a code it gets one made from its name.
    """
    actor.need(Right.MANAGE)
    others = all_services(work, office.id)
    code = code.strip() or code_of(offer.names, {each.code.lower() for each in others})
    service = Service(
        office_id=office.id,
        code=code,
        position=max((each.position for each in others), default=-1) + 1,
    )
    with all_at_once() as check:
        with check():
            if not CODE.fullmatch(code):
                raise Invalid(fields={"code": "1 to 20 letters, digits, dashes and underscores"})
            if any(each.code.lower() == code.lower() for each in others):
                raise ServiceTaken(fields={"code": "taken by another service"}, service=code)
        with check():
            _set(office, service, offer, others)
    work.session.add(service)
    work.session.flush()
    _tell(work, office, actor, now, service, {}, asdict(offer_of(service)))
    return service


def change_service(
    work: Work, office: Office, actor: Actor, now: datetime, code: str, offer: Offer
) -> Service:
    """Let a service be this from now on; tickets given out keep their numbers.

    Raises Forbidden, ServiceUnknown, Invalid, PapersDiffer or RangesClash.
    """
    actor.need(Right.MANAGE)
    service = service_coded(work, office, code)
    former = asdict(offer_of(service))
    _set(office, service, offer, all_services(work, office.id))
    _tell(work, office, actor, now, service, former, asdict(offer_of(service)))
    return service


def retire(work: Work, office: Office, actor: Actor, now: datetime, code: str) -> Service:
    """Offer a service no longer; what followed upon another ends with that other.

    Raises Forbidden, ServiceUnknown, or ServiceInUse while tickets for it are open.
    """
    actor.need(Right.MANAGE)
    service = service_coded(work, office, code)
    if service.retired:
        return service
    there = work.session.scalar(
        select(func.count()).where(
            Ticket.office_id == office.id, IS_OPEN, Ticket.service_id == service.id
        )
    )
    if there:
        raise ServiceInUse(service=service.code, service_names=service.names, waiting=there)
    service.retired = True
    for other in all_services(work, office.id):
        if other.next_id == service.id:
            other.next_id = None
            other.next_condition = None
    _tell(work, office, actor, now, service, {"retired": False}, {"retired": True})
    return service


def offer_again(work: Work, office: Office, actor: Actor, now: datetime, code: str) -> Service:
    """Offer a retired service again. Raises Forbidden, ServiceUnknown or RangesClash."""
    actor.need(Right.MANAGE)
    service = service_coded(work, office, code)
    if not service.retired:
        return service
    _refuse_clash(service, service, all_services(work, office.id))
    service.retired = False
    _tell(work, office, actor, now, service, {"retired": True}, {"retired": False})
    return service


def move_up(work: Work, office: Office, actor: Actor, now: datetime, code: str) -> Service:
    """Show a service one place before; the first stays. Raises Forbidden or ServiceUnknown."""
    actor.need(Right.MANAGE)
    service = service_coded(work, office, code)
    offered = [each for each in all_services(work, office.id) if not each.retired]
    place = offered.index(service) if service in offered else 0
    if place == 0:
        return service
    offered[place - 1 : place + 1] = [service, offered[place - 1]]
    for position, each in enumerate(offered):
        each.position = position
    _tell(work, office, actor, now, service, {"place": place}, {"place": place - 1})
    return service


def service_coded(work: Work, office: Office, code: str) -> Service:
    """Return the service with this code, also a retired one. Raises ServiceUnknown."""
    service = work.session.scalars(
        select(Service).where(Service.office_id == office.id, Service.code == code)
    ).first()
    if service is None:
        raise ServiceUnknown(service=code)
    return service


def _set(office: Office, service: Service, offer: Offer, others: Sequence[Service]) -> None:
    names = {locale: " ".join(offer.names.get(locale, "").split()) for locale in office.locales}
    papers = {
        locale: [tidy for each in offer.requirements.get(locale, ()) if (tidy := each.strip())]
        for locale in office.locales
    }
    wrong = {}
    if not LETTER.fullmatch(offer.letter):
        wrong["letter"] = "one or two letters A to Z"
    for lines in papers.values():
        if len(lines) > MOST_PAPERS or any(len(each) > LONGEST_PAPER for each in lines):
            wrong["requirements"] = f"at most {MOST_PAPERS} lines of {LONGEST_PAPER} characters"
    if offer.icon not in ICONS:
        wrong["icon"] = "one of those there are"
    if offer.quota is not None and not 0 <= offer.quota <= LARGEST_QUOTA:
        wrong["quota"] = f"between 0 and {LARGEST_QUOTA}, or none"
    if not TYPICAL[0] <= offer.typical_min <= TYPICAL[1]:
        wrong["typical_min"] = f"between {TYPICAL[0]} and {TYPICAL[1]}"
    with all_at_once() as check:
        with check():
            if not all(0 < len(each) <= LONGEST_NAME for each in names.values()):
                raise NamesWrong(fields={"names": "in every language"}, limit=LONGEST_NAME)
        with check():
            if len({len(lines) for lines in papers.values()}) > 1:
                raise PapersDiffer(fields={"requirements": "as many lines in every language"})
        with check():
            if wrong:
                raise Invalid(fields=wrong)
        with check():
            if not 1 <= offer.number_from <= offer.number_to <= LARGEST_NUMBER:
                raise RangeWrong(fields={"number_to": "not before the first"}, limit=LARGEST_NUMBER)
            _refuse_clash(service, offer, others)
    service.letter = offer.letter
    service.number_from, service.number_to = offer.number_from, offer.number_to
    service.names, service.requirements = names, papers
    service.icon, service.quota = offer.icon, offer.quota
    if service.id is None or offer.typical_min != offer_of(service).typical_min:
        service.typical_seconds = offer.typical_min * 60


def _refuse_clash(service: Service, wanted: Ranged, others: Sequence[Service]) -> None:
    for other in others:
        if other.code != service.code and not other.retired and clash(wanted, other):
            raise RangesClash(
                fields={"number_from": "taken by another service"},
                service=other.code,
                service_names=other.names,
                letter=other.letter,
                range=range_of(other),
            )


def range_of(ranged: Ranged) -> str:
    """Return the numbers of a service as tickets show them: A001–A499."""
    first, last = (f"{ranged.letter}{each:03d}" for each in (ranged.number_from, ranged.number_to))
    return f"{first}–{last}"


def _tell(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    service: Service,
    former: dict[str, Any],
    present: dict[str, Any],
) -> None:
    code = service.code
    journal.append_change(
        work, office, Kind.SERVICE_CHANGED, actor, now, former, present, service=code
    )
