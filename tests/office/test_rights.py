"""Rights of single accounts: granted, taken back, at once, and written down."""

from sqlalchemy import select

from office import rights, serving
from office.people import Account, Actor, Right, actor_of_account
from office.place import Office
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused, version


def clerk_of(staffed: Staffed, counter: int = 1) -> int:
    """Return the account of a counter's clerk."""
    account = staffed.actors[str(counter)].account_id
    assert account is not None
    return account


def grant(staffed: Staffed, *wanted: Right, name: str = "manager") -> None:
    """Let the clerk of counter 1 have exactly these."""

    def act(work: Work, office: Office) -> None:
        actor: Actor = staffed.actors[name]
        rights.grant(work, office, actor, staffed.clock.now(), clerk_of(staffed), wanted)

    staffed.in_turn(act)
    account = staffed.read(
        lambda work, _office: work.session.scalars(
            select(Account).where(Account.id == clerk_of(staffed))
        ).one()
    )
    staffed.actors["1"] = actor_of_account(account)


def test_a_clerk_without_the_right_sends_nobody_on(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    grant(staffed)
    with refused(staffed, "not_allowed"):
        staffed.at(1, serving.transfer, "K", None)
    grant(staffed, Right.TRANSFER)
    assert staffed.at(1, serving.transfer, "K", None) == "A001"


def test_the_journal_tells_what_was_granted_and_taken_back(staffed: Staffed) -> None:
    grant(staffed, Right.TRANSFER, Right.WALK_IN)
    told = last_change(staffed)
    assert (told["kind"], told["granted"]) == ("rights_changed", ["ticket.walk_in"])
    assert told["revoked"] == ["call.out_of_order"]
    stands = version(staffed)
    grant(staffed, Right.TRANSFER, Right.WALK_IN)
    assert version(staffed) == stands


def test_only_what_can_be_granted_is(staffed: Staffed) -> None:
    grant(staffed, Right.MANAGE, Right.TRANSFER)
    assert not staffed.actors["1"].may(Right.MANAGE)
    assert staffed.actors["1"].may(Right.TRANSFER)


def test_a_clerk_grants_nothing(staffed: Staffed) -> None:
    with refused(staffed, "not_allowed"):
        grant(staffed, Right.WALK_IN, name="1")
