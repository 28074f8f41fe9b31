"""Taking back a change of settings: what the journal says was, is set again by the same verb.

Only while it is as that change left it: a later change of the same thing is taken back first.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from office import catalogue, kiosk_rules, premises, rules, timetable
from office.catalogue import Offer, offer_of
from office.errors import Conflict, Unknown
from office.hours import SpecialHours, stretches_of
from office.journal import JournalRow, Kind
from office.people import Actor, Right
from office.place import Office, PolicyName
from office.rules import Aim, Aims, TurnRules
from storage.base import LARGEST
from storage.work import Work

Values = dict[str, Any]


class ChangeUnknown(Unknown):
    """There is no such change, or none that can be taken back."""

    code = "change_unknown"


class SettingChanged(Conflict):
    """The same has been changed again since."""

    code = "setting_changed_since"


@dataclass(frozen=True)
class Setting:
    """How one kind of setting is told, and set."""

    told: Callable[[Work, Office, Values], Values]
    put: Callable[[Work, Office, Actor, datetime, Values, Values], object]


def can_go_back(row: JournalRow) -> bool:
    """Say whether what a row tells can be taken back."""
    former = row.detail.get("former")
    # of what was added, nothing was before
    return (
        _setting(row) is not None
        and isinstance(former, dict)
        and bool(former)
        and "place" not in former
        and former.get("letter", "") is not None
    )


def take_back(work: Work, office: Office, actor: Actor, now: datetime, version: int) -> None:
    """Set again what was before the change that this version tells of.

    Raises Forbidden, ChangeUnknown, SettingChanged, and what the setting's own verb raises.
    """
    actor.need(Right.MANAGE)
    row = work.session.get(JournalRow, (office.id, version)) if 0 < version <= LARGEST else None
    if row is None or not can_go_back(row):
        raise ChangeUnknown(version=version)
    setting = _setting(row)
    assert setting is not None
    stands = json.loads(json.dumps(setting.told(work, office, row.detail), default=str))
    if any(stands.get(name) != value for name, value in row.detail["present"].items()):
        raise SettingChanged(version=version)
    setting.put(work, office, actor, now, row.detail, stands | row.detail["former"])


def _setting(row: JournalRow) -> Setting | None:
    name = "service" if row.kind == Kind.SERVICE_CHANGED.value else row.detail.get("part", "")
    return SETTINGS.get(name) if row.kind in (Kind.SERVICE_CHANGED, Kind.OFFICE_CHANGED) else None


def _service(work: Work, office: Office, about: Values) -> Values:
    service = catalogue.service_coded(work, office, about["service"])
    return asdict(offer_of(service)) | {"retired": service.retired}


def _put_service(
    work: Work, office: Office, actor: Actor, now: datetime, about: Values, values: Values
) -> None:
    code, was_retired = about["service"], values.pop("retired")
    if "retired" in about["former"]:
        act = catalogue.retire if was_retired else catalogue.offer_again
        act(work, office, actor, now, code)
    else:
        catalogue.change_service(work, office, actor, now, code, Offer(**values))


def _put_turn(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    wanted = TurnRules(**{**values, "policy": PolicyName(values["policy"])})
    rules.set_turn_rules(work, office, actor, now, wanted)


def _put_aims(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    services = {code: Aim(**aim) for code, aim in values["services"].items()}
    rules.set_aims(work, office, actor, now, Aims(**{**values, "services": services}))


def _put_kiosk(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    kiosk_rules.set_rules(work, office, actor, now, kiosk_rules.Rules(**values))


def _put_hours(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    week = {day: stretches_of(text) for day, text in enumerate(values["week"])}
    after, rehearsal = values["serves_after"], values["rehearsal"]
    timetable.set_week(work, office, actor, now, week, after, rehearsal)


def _put_special(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    timetable.set_special(
        work, office, actor, now, [SpecialHours.of_stored(each) for each in values["special"]]
    )


def _put_office(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    premises.set_office(work, office, actor, now, **values)


SETTINGS: dict[str, Setting] = {
    "service": Setting(_service, _put_service),
    "turn": Setting(lambda w, o, _: asdict(rules.turn_rules_of(w, o)), _put_turn),
    "aims": Setting(lambda w, o, _: asdict(rules.aims_of(w, o)), _put_aims),
    "kiosk": Setting(lambda w, o, _: asdict(kiosk_rules.rules_of(w, o.id)), _put_kiosk),
    "hours": Setting(lambda w, o, _: timetable.told_of(w, o), _put_hours),
    "special_hours": Setting(lambda _w, o, _: timetable.special_of(o), _put_special),
    "office": Setting(lambda _w, o, _: premises.told_of(o), _put_office),
}
