"""Who may do what: the rights of each role, accounts, and tokens that can be revoked."""

import pytest
from sqlalchemy.exc import IntegrityError

from office.errors import Forbidden
from office.people import (
    DEVICES,
    RIGHTS,
    Account,
    Actor,
    Right,
    Role,
    Token,
    actor_of_account,
    actor_of_token,
    fingerprint,
    issue_token,
    secret,
)
from office.place import Office
from storage.work import Work
from tests.houses import MORNING, Staffed


def account(staffed: Staffed, username: str) -> Account:
    """Return the account with a sign-in name."""
    found: Account = staffed.read(
        lambda work, office: (
            work.session.query(Account).filter_by(office_id=office.id, username=username).one()
        )
    )
    return found


def asking(staffed: Staffed, token: str) -> Actor | None:
    """Return whom a token stands for."""
    found: Actor | None = staffed.read(lambda work, _office: actor_of_token(work, token))
    return found


def test_every_role_has_its_rights() -> None:
    assert set(RIGHTS) == set(Role)
    assert RIGHTS[Role.ADMINISTRATOR] == set(Right) - {
        *(Right.RATE_AT_EXIT, Right.RATE_AT_COUNTER, Right.READ_INTEGRITY),
        Right.SPOT_CHECK,
    }


def test_nobody_of_the_office_answers_for_visitors_or_reads_what_is_said_of_money() -> None:
    for right, who in (
        (Right.RATE_AT_EXIT, Role.EXIT),
        (Right.RATE_AT_COUNTER, Role.SCREEN),
        (Right.READ_INTEGRITY, Role.INSPECTOR),
        (Right.SPOT_CHECK, Role.INSPECTOR),
    ):
        assert [role for role in Role if right in RIGHTS[role]] == [who]


def test_a_kiosk_does_nothing_but_give_out_tickets() -> None:
    assert RIGHTS[Role.KIOSK] == {Right.TAKE_TICKET}


def test_only_staff_and_those_above_serve() -> None:
    serving = {role for role in Role if Right.SERVE in RIGHTS[role]}
    assert serving == {Role.STAFF, Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR}


def test_rights_grow_from_staff_to_manager() -> None:
    assert RIGHTS[Role.STAFF] < RIGHTS[Role.SUPERVISOR] < RIGHTS[Role.MANAGER]


@pytest.mark.parametrize("role", [*DEVICES, Role.STAFF, Role.SUPERVISOR, Role.INSPECTOR])
def test_nobody_below_the_manager_manages(role: Role) -> None:
    assert not RIGHTS[role] & {Right.MANAGE, Right.CLOSE_DAY}


def test_a_right_one_lacks_is_named() -> None:
    kiosk = Actor("token:1", 1, Role.KIOSK, RIGHTS[Role.KIOSK])
    kiosk.need(Right.TAKE_TICKET)
    with pytest.raises(Forbidden) as refusal:
        kiosk.need(Right.SERVE)
    assert (refusal.value.code, refusal.value.facts) == ("not_allowed", {"right": "counter.serve"})


def test_rights_beyond_the_role_are_granted_by_account(staffed: Staffed) -> None:
    clerk = actor_of_account(account(staffed, "petugas1"))
    assert clerk.may(Right.CALL_OUT_OF_ORDER)
    assert not clerk.may(Right.SERVE_ANYWHERE)
    assert (clerk.key, clerk.counter_id) == (f"account:{clerk.account_id}", None)


def test_a_clerks_token_is_the_clerk_at_one_counter(staffed: Staffed) -> None:
    clerk = asking(staffed, staffed.sample.tokens["clerks"]["3"])
    assert clerk is not None
    assert (clerk.role, clerk.name) == (Role.STAFF, "Petugas 3")
    assert clerk.account_id == account(staffed, "petugas3").id
    assert clerk.counter_id is not None
    assert clerk.may(Right.CALL_OUT_OF_ORDER)


def test_an_unknown_token_is_nobody(staffed: Staffed) -> None:
    assert asking(staffed, secret()) is None


def test_a_revoked_token_is_nobody(staffed: Staffed) -> None:
    token = staffed.sample.tokens["kiosk"]

    def revoke(work: Work, _office: Office) -> None:
        found = work.session.query(Token).filter_by(token_hash=fingerprint(token)).one()
        found.revoked_at = MORNING

    staffed.in_turn(revoke)
    assert asking(staffed, token) is None


def test_a_closed_accounts_token_is_nobody(staffed: Staffed) -> None:
    clerk = account(staffed, "petugas1").id

    def close(work: Work, _office: Office) -> None:
        work.session.get_one(Account, clerk).active = False

    staffed.in_turn(close)
    assert asking(staffed, staffed.sample.tokens["clerks"]["1"]) is None
    assert asking(staffed, staffed.sample.tokens["clerks"]["2"]) is not None


def test_the_database_takes_no_persons_token_without_a_person(staffed: Staffed) -> None:
    with pytest.raises(IntegrityError, match="ck_tokens_role"):
        staffed.in_turn(
            lambda work, office: issue_token(work, office.id, Role.MANAGER, "nobody", MORNING)
        )


def test_secrets_are_long_and_never_the_same() -> None:
    made = {secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(each) for each in made} == {32}
