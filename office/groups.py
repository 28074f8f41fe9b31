"""Groups of services: where there are many, a kiosk shows a group first and then its services."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from office import journal
from office.errors import Invalid
from office.journal import Kind
from office.people import Actor, Right
from office.place import Names, Office, Service, ServiceGroup, service_named, services_of
from storage.work import Work

#: Groups an office can have, and characters of a name.
MOST = 8
LONGEST = 60


class GroupUnnamed(Invalid):
    """The groups with these numbers, `names`, lack a name in a language of the office."""

    code = "group_unnamed"


@dataclass(frozen=True)
class Group:
    """A group as it is set: its names by language, and the codes of its services."""

    names: Names
    services: tuple[str, ...]


def groups_of(work: Work, office_id: int) -> list[ServiceGroup]:
    """Return the office's groups in their order."""
    return list(
        work.session.scalars(
            select(ServiceGroup)
            .where(ServiceGroup.office_id == office_id)
            .order_by(ServiceGroup.position)
        )
    )


def set_groups(
    work: Work, office: Office, actor: Actor, now: datetime, wanted: Sequence[Group]
) -> None:
    """Let kiosks show the services in these groups; one without a group stands for itself.

    Raises Forbidden, ServiceUnknown, GroupUnnamed or Invalid; then nothing has changed.
    """
    actor.need(Right.MANAGE)
    codes = [code for each in wanted for code in each.services]
    if len(wanted) > MOST or len(set(codes)) < len(codes):
        raise Invalid(fields={"groups": f"at most {MOST}, and a service in one of them"})
    for place, each in enumerate(wanted):
        said = [each.names.get(locale, "").strip() for locale in office.locales]
        if not each.services:
            raise Invalid(fields={f"groups.{place}": "at least one service"})
        if not all(0 < len(name) <= LONGEST for name in said):
            raise GroupUnnamed(names=str(place + 1))
    former = told_of(work, office.id)
    found = {code: service_named(work, office.id, code) for code in codes}
    session = work.session
    session.execute(update(Service).where(Service.office_id == office.id).values(group_id=None))
    session.execute(delete(ServiceGroup).where(ServiceGroup.office_id == office.id))
    for place, each in enumerate(wanted):
        group = ServiceGroup(
            office_id=office.id,
            names={locale: each.names[locale].strip() for locale in office.locales},
            position=place,
        )
        session.add(group)
        session.flush()
        for code in each.services:
            found[code].group_id = group.id
    session.flush()
    present = told_of(work, office.id)
    journal.append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="groups"
    )


def told_of(work: Work, office_id: int) -> dict[str, Any]:
    """Return the groups as the journal tells them."""
    services = services_of(work, office_id)
    return {
        "groups": [
            {
                "names": each.names,
                "services": [one.code for one in services if one.group_id == each.id],
            }
            for each in groups_of(work, office_id)
        ]
    }
