"""The small office that is put through any interleaving, as rows of a database."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from office.outcomes import Follow, Outcome
from office.people import RIGHTS, Account, Actor, Right, Role
from office.place import Counter, CounterService, Office, PriorityClass, Service
from storage.work import Store
from tests.office.interleaving.model import Model
from tests.office.interleaving.values import FOLLOWS, GRANTED, NEEDS, OUTCOMES, RATES

RIGHT = {
    "out_of_order": Right.CALL_OUT_OF_ORDER,
    "transfer": Right.TRANSFER,
    "priority": Right.CHANGE_PRIORITY,
    "walk_in": Right.WALK_IN,
    "cancel": Right.CANCEL_TICKET,
    "reprint": Right.REPRINT,
}
#: Who acts elsewhere than at a counter.
BESIDE = {"kiosk": Role.KIOSK, "desk": Role.RECEPTION, "manager": Role.MANAGER}
_codes = (f"interleaved{number}" for number in count(1))


@dataclass(frozen=True)
class SmallOffice:
    """Where it is, and who acts there by the model's names."""

    office_id: int
    actors: dict[str, Actor]


def build(store: Store, model: Model, now: datetime) -> SmallOffice:
    """Make the rows that `model` describes."""
    with store.work() as work:
        add = work.session.add_all
        office = Office(
            code=next(_codes),
            names={"id": "Kantor"},
            timezone="Asia/Makassar",
            locales=["id"],
            rehearsal=True,
            policy=model.policy,
            recalls_before_no_show=model.recalls,
            reentry_places=model.places,
            carries_over=model.carries,
        )
        add([office])
        work.session.flush()
        office.open_day = office.today(now)
        of = {"office_id": office.id}
        services = {
            code: Service(
                **of, code=code, letter=code, names={"id": code}, needs=list(needs), position=place
            )
            for place, (code, needs) in enumerate(NEEDS.items())
        }
        counters = {number: Counter(**of, number=number) for number in model.state.posts}
        accounts = {
            name: Account(
                **of,
                username=name,
                name=name,
                role=(Role.SUPERVISOR if name == "chief" else Role.STAFF).value,
                extra_rights=[RIGHT[each].value for each in granted if each in RIGHT],
                password_hash="none",
            )
            for name, granted in GRANTED.items()
        }
        add([*services.values(), *counters.values(), *accounts.values()])
        add(
            PriorityClass(**of, code=code, names={"id": code}, rate=rate, position=place)
            for place, (code, rate) in enumerate(RATES.items())
        )
        add(
            Outcome(
                **of,
                code=code,
                names={"id": code},
                follow=(Follow.RETURN if returns else Follow.NONE).value,
                is_default=code == "done",
                position=place,
            )
            for place, (code, returns) in enumerate(OUTCOMES.items())
        )
        work.session.flush()
        for code, following in FOLLOWS.items():
            services[code].next_id = services[following].id
        for number, post in model.state.posts.items():
            add(
                CounterService(
                    counter_id=counters[number].id,
                    service_id=services[code].id,
                    preference=first,
                    helps_after_min=after,
                )
                for code, (first, after) in post.terms.items()
            )
        actors = {
            name: Actor(
                key=f"account:{account.id}",
                office_id=office.id,
                role=Role(account.role),
                rights=RIGHTS[Role(account.role)] | {Right(each) for each in account.extra_rights},
                account_id=account.id,
            )
            for name, account in accounts.items()
        }
        for name, role in BESIDE.items():
            actors[name] = Actor(name, office.id, role, RIGHTS[role])
        return SmallOffice(office.id, actors)
