"""Taking back a change of settings: what the journal says was, is set again by the same verb.

Only while it is as that change left it: a later change of the same thing is taken back first.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from office import (
    accounts,
    catalogue,
    endings,
    groups,
    kiosk_rules,
    plan,
    premises,
    public,
    rules,
    running_text,
    screens,
    timetable,
    voice,
    zones,
)
from office.catalogue import Offer, offer_of
from office.errors import Conflict, Unknown
from office.hours import SpecialHours, stretches_of
from office.journal import JournalRow, Kind
from office.outcomes import Follow
from office.people import Actor, Right
from office.place import Office, PolicyName, counter_numbered
from office.rules import Aim, Aims, TurnRules
from office.staffing.target import set_target, target_of
from office.terms import Terms
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


Settings = Mapping[str, Setting]
KINDS = (Kind.OFFICE_CHANGED, Kind.SERVICE_CHANGED, Kind.COUNTER_CHANGED)


def can_go_back(row: JournalRow, settings: Settings) -> bool:
    """Say whether what a row tells is a change of one of these settings that can be taken back."""
    former = row.detail.get("former")
    # of what was added, nothing was before
    return (
        _setting(row, settings) is not None
        and isinstance(former, dict)
        and bool(former)
        and "place" not in former
        and former.get("letter", "") is not None
    )


def take_back(
    work: Work, office: Office, actor: Actor, now: datetime, version: int, settings: Settings
) -> None:
    """Set again what was before the change, of one of these settings, that this version tells of.

    Raises Forbidden, ChangeUnknown, SettingChanged, and what the setting's own verb raises.
    """
    actor.need(Right.MANAGE)
    row = work.session.get(JournalRow, (office.id, version)) if 0 < version <= LARGEST else None
    if row is None or not can_go_back(row, settings):
        raise ChangeUnknown(version=version)
    setting = _setting(row, settings)
    assert setting is not None
    stands = json.loads(json.dumps(setting.told(work, office, row.detail), default=str))
    if any(stands.get(name) != value for name, value in row.detail["present"].items()):
        raise SettingChanged(version=version)
    setting.put(work, office, actor, now, row.detail, stands | row.detail["former"])


def _setting(row: JournalRow, settings: Settings) -> Setting | None:
    return settings.get(part_of(row)) if row.kind in KINDS else None


def part_of(row: JournalRow) -> str:
    """Return which setting a row tells a change of; empty where it tells of none."""
    if row.kind == Kind.COUNTER_CHANGED:
        present = row.detail.get("present", {})
        return "plan" if "services" in present and "retired" not in present else "counter"
    return "service" if row.kind == Kind.SERVICE_CHANGED else str(row.detail.get("part", ""))


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
    timetable.set_week(work, office, actor, now, week, values["serves_after"])


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


def _put_endings(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    outcomes = [
        endings.Ending(**{**each, "follow": Follow(each["follow"])}) for each in values["outcomes"]
    ]
    wanted = endings.Endings(**{**values, "outcomes": outcomes})
    endings.set_endings(work, office, actor, now, wanted)


def _put_groups(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    wanted = [groups.Group(each["names"], tuple(each["services"])) for each in values["groups"]]
    groups.set_groups(work, office, actor, now, wanted)


def _put_voice(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    actor.need(Right.MANAGE)
    voice.change_settings(work, office, actor, now, values)


def _voice(work: Work, office: Office, _about: Values) -> Values:
    told = voice.settings_of(work, office.id).told()
    return {name: told[name] for name in voice.CHANGEABLE}


def _put_zones(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    """Change what differs: one that was removed comes back, without the screens it had."""
    stand = zones.told_of(work, office.id)["zones"]
    spare = [
        each.id
        for each, told in zip(zones.zones_of(work, office.id), stand, strict=True)
        if told not in values["zones"]
    ]
    for each in values["zones"]:
        if each in stand:
            continue
        arrow = zones.Arrow(each["arrow"]) if each["arrow"] else None
        wanted = (each["names"], arrow, each["counters"])
        if spare:
            zones.change_zone(work, office, actor, now, spare.pop(0), *wanted)
        else:
            zones.add_zone(work, office, actor, now, *wanted)
    for zone in spare:
        screens.remove_zone(work, office, actor, now, zone)


def _screen(work: Work, office: Office, about: Values) -> Values:
    return screens.told_of(work, screens.screen_numbered(work, office.id, _number(about)))


def _put_screen(
    work: Work, office: Office, actor: Actor, now: datetime, about: Values, values: Values
) -> None:
    place = screens.Place(values["zone"], screens.Layout(values["layout"]), values["counter"])
    name = values["name"]
    screens.arrange_screen(work, office, actor, now, _number(about), name, place)


def _number(about: Values) -> int:
    return int(about["device"].removeprefix("token:"))


def _put_closed(
    work: Work, office: Office, actor: Actor, now: datetime, about: Values, _values: Values
) -> None:
    days = {date.fromisoformat(day): names for day, names in about["former"].items()}
    timetable.set_closed(work, office, actor, now, days)


def _closed(work: Work, office: Office, about: Values) -> Values:
    days = [date.fromisoformat(day) for day in about["present"]]
    return dict(timetable.closed_on(work, office, days))


def _counter(work: Work, office: Office, about: Values) -> Values:
    found = premises.counter_ever(work, office, about["counter"])
    served = plan.told_of(work, office, found)
    return {"names": found.names, "retired": found.retired, **served}


def _put_counter(
    work: Work, office: Office, actor: Actor, now: datetime, about: Values, values: Values
) -> None:
    number = about["counter"]
    if "names" in about["former"]:
        premises.name_counters(work, office, actor, now, {number: values["names"]})
        return
    if values["retired"]:
        premises.retire_counter(work, office, actor, now, number)
        return
    premises.bring_back(work, office, actor, now, number)
    if values["services"]:
        _put_plan(work, office, actor, now, about, values)


def _plan(work: Work, office: Office, about: Values) -> Values:
    return plan.told_of(work, office, counter_numbered(work, office.id, about["counter"]))


def _put_plan(
    work: Work, office: Office, actor: Actor, now: datetime, about: Values, values: Values
) -> None:
    terms = [Terms(**each) for each in values["services"]]
    plan.set_plan(work, office, actor, now, about["counter"], terms)


def _put_second_factor(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    accounts.bid_second_factor(work, office, actor, now, wanted=values["second_factor"])


def _put_running_text(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    running_text.write_running_text(work, office, actor, now, values["texts"])


def _put_public(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    public.publish(work, office, actor, now, public=values["public"])


def _put_target(
    work: Work, office: Office, actor: Actor, now: datetime, _about: Values, values: Values
) -> None:
    set_target(work, office, actor, now, values["minutes"], values["percent"])


#: The domain's own settings; screens add theirs where the house is put together.
SETTINGS: dict[str, Setting] = {
    "service": Setting(_service, _put_service),
    "turn": Setting(lambda w, o, _: asdict(rules.turn_rules_of(w, o)), _put_turn),
    "aims": Setting(lambda w, o, _: asdict(rules.aims_of(w, o)), _put_aims),
    "kiosk": Setting(lambda w, o, _: asdict(kiosk_rules.rules_of(w, o.id)), _put_kiosk),
    "hours": Setting(lambda w, o, _: timetable.told_of(w, o), _put_hours),
    "special_hours": Setting(lambda _w, o, _: timetable.special_of(o), _put_special),
    "office": Setting(lambda _w, o, _: premises.told_of(o), _put_office),
    "endings": Setting(lambda w, o, _: asdict(endings.endings_of(w, o)), _put_endings),
    "groups": Setting(lambda w, o, _: groups.told_of(w, o.id), _put_groups),
    "voice": Setting(_voice, _put_voice),
    "zones": Setting(lambda w, o, _: zones.told_of(w, o.id), _put_zones),
    "screens": Setting(_screen, _put_screen),
    "closed_days": Setting(_closed, _put_closed),
    "counter": Setting(_counter, _put_counter),
    "plan": Setting(_plan, _put_plan),
    "second_factor": Setting(
        lambda _w, o, _: {"second_factor": o.second_factor}, _put_second_factor
    ),
    "running_text": Setting(lambda _w, o, _: {"texts": o.running_text}, _put_running_text),
    "public_board": Setting(lambda w, o, _: {"public": public.is_public(w, o.id)}, _put_public),
    "staffing_target": Setting(lambda _w, o, _: asdict(target_of(o)), _put_target),
}
