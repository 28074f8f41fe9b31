"""The settings in an office's file: each told as a manager sees it, and set by the same verb."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.plan_parts import (
    DAYS,
    EndingPart,
    EndingsPart,
    GroupPart,
    KioskPart,
    Plan,
    ShiftPart,
    SpecialHoursPart,
    ZonePart,
    hours_of,
)
from kiosk.printing.office_printers import choose_printer, own_printer
from kiosk.printing.slip_template import shipped
from kiosk.printing.slip_texts import slip_text, write_slip_texts
from manager.shapes import VoiceChange
from office import kiosk_rules, roster, zones
from office.endings import Ending, Endings, endings_of, set_endings
from office.errors import AccountUnknown
from office.groups import Group, groups_of, set_groups
from office.hours import SpecialHours, special_hours, told_as
from office.outcomes import FIRST, Follow
from office.people import Account, Actor
from office.place import Counter, Office, Service, counter_numbered
from office.timetable import set_special
from office.voice import CHANGEABLE, VoiceSettings, change_settings, settings_of
from office.zones import Arrow
from storage.work import Work


@dataclass(frozen=True)
class Setting:
    """One setting of the file, by the name it has there."""

    name: str
    #: Returns what there is, or nothing where it is the usual.
    told: Callable[[Work, Office], Any]
    #: Changes it to what the plan says; says whether that was another.
    put: Callable[[Work, Office, Actor, datetime, Plan], bool]


def _special(_work: Work, office: Office) -> list[SpecialHoursPart]:
    return [
        SpecialHoursPart(
            first_day=each.first,
            last_day=each.last,
            names=each.names,
            hours={
                DAYS[day]: [part.replace(".", ":").replace("–", "-") for part in text.split(", ")]
                for day, text in enumerate(each.week)
                if text
            },
        )
        for each in special_hours(office)
    ]


def _put_special(work: Work, office: Office, by: Actor, now: datetime, plan: Plan) -> bool:
    if not plan.special_hours or plan.special_hours == _special(work, office):
        return False
    wanted = [
        SpecialHours(
            part.first_day,
            part.last_day,
            part.names,
            tuple(told_as(hours_of(part.hours.get(day, []))) for day in DAYS),
        )
        for part in plan.special_hours
    ]
    former = office.special_hours
    set_special(work, office, by, now, wanted)
    return office.special_hours != former


def _endings(work: Work, office: Office) -> EndingsPart | None:
    found = endings_of(work, office)
    part = EndingsPart(
        outcomes=[EndingPart(**asdict(each)) for each in found.outcomes],
        mandatory=found.mandatory,
        return_days=found.return_days,
        return_places=found.return_places,
    )
    return None if part == USUAL_ENDINGS else part


def _put_endings(work: Work, office: Office, by: Actor, now: datetime, plan: Plan) -> bool:
    wanted = plan.endings
    if wanted is None or wanted == (_endings(work, office) or USUAL_ENDINGS):
        return False
    outcomes = [Ending(**each.model_dump()) for each in wanted.outcomes]
    set_endings(
        work,
        office,
        by,
        now,
        Endings(outcomes, wanted.mandatory, wanted.return_days, wanted.return_places),
    )
    return True


USUAL_ENDINGS = EndingsPart(
    outcomes=[
        EndingPart(code=code, names=names, follow=Follow(follow), is_default=place == 0)
        for place, (code, names, follow) in enumerate(FIRST)
    ]
)


def _zones(work: Work, office: Office) -> list[ZonePart]:
    numbers = zones.counters_by_zone(work, office.id)
    return [
        ZonePart(
            names=each.names,
            arrow=Arrow(each.arrow) if each.arrow else None,
            counters=numbers[each.id],
        )
        for each in zones.zones_of(work, office.id)
        if numbers.get(each.id)
    ]


def _put_zones(work: Work, office: Office, by: Actor, now: datetime, plan: Plan) -> bool:
    there, changed = _zones(work, office), False
    ids = {tuple(sorted(each.names.items())): each.id for each in zones.zones_of(work, office.id)}
    for part in plan.zones:
        part = part.model_copy(update={"counters": sorted(set(part.counters))})
        if part in there:
            continue
        known, changed = ids.get(tuple(sorted(part.names.items()))), True
        if known is None:
            zones.add_zone(work, office, by, now, part.names, part.arrow, part.counters)
        else:
            zones.change_zone(work, office, by, now, known, part.names, part.arrow, part.counters)
    return changed


def _groups(work: Work, office: Office) -> list[GroupPart]:
    codes = work.session.execute(
        select(Service.group_id, Service.code)
        .where(Service.office_id == office.id, Service.group_id.is_not(None))
        .order_by(Service.position, Service.code)
    ).all()
    return [
        GroupPart(names=each.names, services=[code for group, code in codes if group == each.id])
        for each in groups_of(work, office.id)
    ]


def _put_groups(work: Work, office: Office, by: Actor, now: datetime, plan: Plan) -> bool:
    def sorted_ones(groups: list[GroupPart]) -> list[tuple[Any, list[str]]]:
        return [(each.names, sorted(each.services)) for each in groups]

    if not plan.groups or sorted_ones(plan.groups) == sorted_ones(_groups(work, office)):
        return False
    wanted = [Group(each.names, tuple(each.services)) for each in plan.groups]
    set_groups(work, office, by, now, wanted)
    return True


def _kiosk(work: Work, office: Office) -> KioskPart | None:
    part = KioskPart(**asdict(kiosk_rules.rules_of(work, office.id)))
    return None if part == KioskPart() else part


def _put_kiosk(work: Work, office: Office, by: Actor, now: datetime, plan: Plan) -> bool:
    if plan.kiosk is None or plan.kiosk == (_kiosk(work, office) or KioskPart()):
        return False
    kiosk_rules.set_rules(work, office, by, now, kiosk_rules.Rules(**plan.kiosk.model_dump()))
    return True


def _voice_of(settings: VoiceSettings) -> VoiceChange:
    return VoiceChange(**{name: getattr(settings, name) for name in CHANGEABLE})


def _voice(work: Work, office: Office) -> VoiceChange | None:
    part = _voice_of(settings_of(work, office.id))
    return None if part == _voice_of(VoiceSettings.standard(office.id)) else part


def _put_voice(work: Work, office: Office, by: Actor, now: datetime, plan: Plan) -> bool:
    if plan.voice is None or plan.voice == _voice_of(settings_of(work, office.id)):
        return False
    change_settings(work, office, by, now, plan.voice.model_dump(by_alias=True))
    return True


def _slip(work: Work, office: Office) -> dict[str, str]:
    texts = {each: slip_text(work, office.id, each) for each in office.locales}
    return {each: text for each, text in texts.items() if text != shipped(each)}


def _put_slip(work: Work, office: Office, by: Actor, now: datetime, plan: Plan) -> bool:
    there = _slip(work, office)
    if not plan.slip or {each: text.strip() for each, text in plan.slip.items()} == {
        each: text.strip() for each, text in there.items()
    }:
        return False
    write_slip_texts(work, office, by, now, {**there, **plan.slip})
    return _slip(work, office) != there


def _printer(work: Work, office: Office) -> str:
    return own_printer(work, office.id)


def _put_printer(work: Work, office: Office, by: Actor, now: datetime, plan: Plan) -> bool:
    if not plan.printer or plan.printer == _printer(work, office):
        return False
    choose_printer(work, office, by, now, plan.printer)
    return True


def _roster(work: Work, office: Office) -> list[ShiftPart]:
    people = work.session.execute(
        select(Account.id, Account.username).where(Account.office_id == office.id)
    )
    counters = work.session.execute(
        select(Counter.id, Counter.number).where(Counter.office_id == office.id)
    )
    names, numbers = dict(people.all()), dict(counters.all())
    return [
        ShiftPart(
            counter=numbers[each.counter_id],
            person=names[each.account_id] if each.account_id is not None else None,
            first_day=each.first_day,
            last_day=each.last_day,
            weekdays=[DAYS[day] for day in sorted(each.weekdays)],
            hours=f"{each.begins:%H:%M}-{each.ends:%H:%M}",
            rest=f"{each.break_begins:%H:%M}-{each.break_ends:%H:%M}"
            if each.break_begins
            else None,
        )
        for each in roster.roster_of(work, office.id, office.open_day or datetime.min.date())
    ]


def _put_roster(work: Work, office: Office, by: Actor, now: datetime, plan: Plan) -> bool:
    there = [_wish(work, office, each) for each in _roster(work, office)]
    today = office.today(now)
    added = False
    for part in plan.roster:
        wish = _wish(work, office, part)
        if part.last_day >= today and wish not in there:
            roster.add_shift(work, office, by, now, wish)
            added = True
    return added


def _wish(work: Work, office: Office, part: ShiftPart) -> roster.Wish:
    person = None
    if part.person is not None:
        person = work.session.scalars(
            select(Account.id).where(
                Account.office_id == office.id, Account.username == part.person
            )
        ).first()
        if person is None:
            raise AccountUnknown(account=part.person)
    ((begins, ends),) = hours_of([part.hours])
    rest = hours_of([part.rest])[0] if part.rest else (None, None)
    return roster.Wish(
        counter_numbered(work, office.id, part.counter).id,
        person,
        part.first_day,
        part.last_day,
        tuple(sorted(DAYS.index(day) for day in part.weekdays)),
        begins,
        ends,
        *rest,
    )


SETTINGS = (
    Setting("special_hours", _special, _put_special),
    Setting("endings", _endings, _put_endings),
    Setting("zones", _zones, _put_zones),
    Setting("groups", _groups, _put_groups),
    Setting("kiosk", _kiosk, _put_kiosk),
    Setting("voice", _voice, _put_voice),
    Setting("printer", _printer, _put_printer),
    Setting("slip", _slip, _put_slip),
    Setting("roster", _roster, _put_roster),
)
