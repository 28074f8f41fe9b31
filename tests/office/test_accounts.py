"""Accounts: invited by a code, changed, closed and opened again, by whom it falls to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from office import accounts, serving
from office.accounts import AccountTaken, InvitationInvalid, LastAdministrator
from office.errors import Forbidden, Invalid
from office.passwords import hash_password, matches
from office.people import Account, Actor, Role, actor_of_account, actor_of_token, issue_token
from office.place import Office
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused

PASSWORD = hash_password("sepuluh huruf")


def invited(
    staffed: Staffed, username: str, role: Role, actor: Actor | None = None
) -> tuple[int, str]:
    """Let the manager invite somebody; return the account's number and the code."""

    def act(work: Work, office: Office) -> tuple[int, str]:
        who, now = actor or staffed.actors["manager"], staffed.clock.now()
        account, code = accounts.invite(work, office, who, now, username, " Siti  Aminah ", role)
        return account.id, code

    number, code = staffed.in_turn(act)
    return number, code


def administrator(staffed: Staffed) -> Actor:
    """Return the sample office's administrator."""
    query = select(Account).where(
        Account.role == Role.ADMINISTRATOR.value, Account.office_id == staffed.office_id
    )
    found: Actor = staffed.read(lambda work, _: actor_of_account(work.session.scalars(query).one()))
    return found


def accept(staffed: Staffed, username: str, code: str) -> None:
    """Choose the password with a code."""
    staffed.in_turn(
        lambda work, office: accounts.accept(
            work, f"{username}@{office.code}", code, PASSWORD, staffed.clock.now()
        )
    )


def account(staffed: Staffed, number: int) -> Account:
    """Return the account as it stands."""
    found: Account = staffed.read(lambda work, _: work.session.get_one(Account, number))
    return found


def test_whoever_is_invited_chooses_a_password_once(staffed: Staffed) -> None:
    number, code = invited(staffed, "Siti", Role.STAFF)
    there = account(staffed, number)
    assert (there.name, there.username, there.role) == ("Siti Aminah", "siti", "staff")
    assert not matches(there.password_hash, "")
    with pytest.raises(InvitationInvalid):
        accept(staffed, "siti", "AAAAAAAA")
    accept(staffed, " SITI", f"{code[:4].lower()}-{code[4:]}")
    there = account(staffed, number)
    assert matches(there.password_hash, "sepuluh huruf")
    assert there.generation == 1
    with pytest.raises(InvitationInvalid):
        accept(staffed, "siti", code)


def test_an_invitation_ends_after_three_days(staffed: Staffed) -> None:
    _, code = invited(staffed, "siti", Role.STAFF)
    staffed.clock.advance(hours=72)
    with pytest.raises(InvitationInvalid):
        accept(staffed, "siti", code)


def test_names_are_checked_and_given_once(staffed: Staffed) -> None:
    invited(staffed, "siti", Role.STAFF)
    with refused(staffed, AccountTaken.code):
        invited(staffed, "Siti", Role.RECEPTION)
    for username in ("", "s", "siti@kantor", "si ti", "-siti", "s" * 61):
        with pytest.raises(Invalid):
            invited(staffed, username, Role.STAFF)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR, Role.INSPECTOR, Role.KIOSK])
def test_a_manager_makes_nobody_who_stands_beside_or_above(staffed: Staffed, role: Role) -> None:
    with refused(staffed, Invalid.code if role is Role.KIOSK else Forbidden.code):
        invited(staffed, "siti", role)
    if role is not Role.KIOSK:
        number, _ = invited(staffed, "siti", role, administrator(staffed))
        with refused(staffed, Forbidden.code):
            change(staffed, number, Role.STAFF)


def test_a_clerk_and_a_reception_see_to_nobody(staffed: Staffed) -> None:
    with refused(staffed, Forbidden.code):
        invited(staffed, "siti", Role.STAFF, staffed.actors["1"])


def change(staffed: Staffed, number: int, role: Role, actor: Actor | None = None) -> None:
    """Give somebody a role."""
    who, now = actor or staffed.actors["manager"], staffed.clock.now()
    staffed.in_turn(
        lambda work, office: accounts.change(work, office, who, now, number, "Siti", role)
    )


def close(staffed: Staffed, number: int, actor: Actor | None = None) -> None:
    """Close an account."""
    who, now = actor or staffed.actors["manager"], staffed.clock.now()
    staffed.in_turn(lambda work, office: accounts.close(work, office, who, now, number))


def test_a_change_is_written_without_a_name(staffed: Staffed) -> None:
    number, _ = invited(staffed, "siti", Role.STAFF)
    change(staffed, number, Role.SUPERVISOR)
    told = last_change(staffed)
    assert (told["kind"], told["what"]) == ("account_changed", "changed")
    assert (told["former_role"], told["role"]) == ("staff", "supervisor")
    assert "siti" not in str(told).lower()


def test_nobody_changes_or_closes_their_own(staffed: Staffed) -> None:
    own = administrator(staffed)
    assert own.account_id is not None
    for act in (close, lambda *given: change(given[0], given[1], Role.STAFF, given[2])):
        with refused(staffed, Forbidden.code):
            act(staffed, own.account_id, own)


def test_one_administrator_remains_though_two_close_each_other(staffed: Staffed) -> None:
    first = administrator(staffed)
    number, _ = invited(staffed, "siti", Role.ADMINISTRATOR, first)
    second = actor_of_account(account(staffed, number))
    close(staffed, number, first)
    assert first.account_id is not None
    with refused(staffed, LastAdministrator.code):
        close(staffed, first.account_id, second)


def test_closing_ends_tokens_sessions_and_the_shift(staffed: Staffed) -> None:
    clerk = staffed.actors["1"].account_id
    assert clerk is not None
    staffed.take()
    staffed.next(1)
    with refused(staffed, "counter_busy"):
        close(staffed, clerk)
    staffed.at(1, serving.finish)
    token = staffed.in_turn(
        lambda work, office: issue_token(
            work, office.id, Role.STAFF, "-", staffed.clock.now(), account_id=clerk
        )[1]
    )
    before = account(staffed, clerk).generation
    close(staffed, clerk)
    assert staffed.read(lambda work, _: actor_of_token(work, token)) is None
    there = account(staffed, clerk)
    assert (there.active, there.generation) == (False, before + 1)
    assert last_change(staffed)["what"] == "closed"
    code = staffed.in_turn(
        lambda work, office: accounts.reopen(
            work, office, staffed.actors["manager"], staffed.clock.now(), clerk
        )[1]
    )
    assert not matches(account(staffed, clerk).password_hash, "sepuluh huruf")
    accept(staffed, there.username, code)
    assert account(staffed, clerk).active


def test_a_new_code_leaves_the_old_password_until_it_is_used(staffed: Staffed) -> None:
    number, code = invited(staffed, "siti", Role.STAFF)
    accept(staffed, "siti", code)
    later = staffed.clock.now() + timedelta(minutes=1)
    second = staffed.in_turn(
        lambda work, office: accounts.invite_again(
            work, office, staffed.actors["manager"], later, number
        )[1]
    )
    assert matches(account(staffed, number).password_hash, "sepuluh huruf")
    accept(staffed, "siti", second)
    assert account(staffed, number).generation == 2
