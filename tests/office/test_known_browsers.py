"""Browsers known to people: each to its own people only, for a while, and no more after an end."""

from sqlalchemy import func, select

from office import accounts, known_browsers, purging
from office.known_browsers import LASTS, MOST, KnownBrowser
from office.people import Account
from office.place import Office
from storage.work import Work
from tests.houses import Staffed


def account_of(staffed: Staffed, who: str) -> int:
    """Return the number of somebody's account."""
    found = staffed.actors[who].account_id
    assert found is not None
    return found


def remember(staffed: Staffed, who: str, held: str = "") -> str:
    """Sign somebody in with the browser that holds a secret; return its new one."""

    def act(work: Work, _office: Office) -> str:
        account = work.session.get_one(Account, account_of(staffed, who))
        return known_browsers.remember(work, account, held, staffed.clock.now())

    secret: str = staffed.in_turn(act)
    return secret


def is_known(staffed: Staffed, held: str, who: str | None) -> bool:
    """Say whether the browser that holds a secret is known to somebody, or to anybody."""
    account_id = account_of(staffed, who) if who else None
    found: int | None = staffed.read(
        lambda work, _office: known_browsers.known(work, held, account_id, staffed.clock.now())
    )
    return found is not None


def test_a_browser_is_known_to_those_who_signed_in_there_and_to_nobody_else(
    staffed: Staffed,
) -> None:
    first = remember(staffed, "1")
    assert is_known(staffed, first, "1")
    assert is_known(staffed, first, None)
    assert not is_known(staffed, first, "2")
    second = remember(staffed, "2", first)
    assert is_known(staffed, second, "1"), "both share the counter's browser"
    assert is_known(staffed, second, "2")
    assert not is_known(staffed, first, "1"), "a copy of the former secret is worth nothing"


def test_a_made_up_secret_makes_nothing_known(staffed: Staffed) -> None:
    made_up = "A" * 32
    assert remember(staffed, "1", made_up) != made_up
    assert not is_known(staffed, made_up, "1")


def test_a_browser_is_forgotten_after_a_while_and_its_row_purged(staffed: Staffed) -> None:
    held = remember(staffed, "1")
    staffed.clock.advance(days=LASTS.days)
    assert is_known(staffed, held, "1")
    staffed.clock.advance(seconds=1)
    assert not is_known(staffed, held, "1")
    of_browsers = [each for each in purging.PURGES if each.name == "known_browsers"]
    assert staffed.in_turn(
        lambda work, office: purging.purge(work, office, staffed.clock.now(), of_browsers)
    ) == {"known_browsers": 1}


def test_what_ends_all_sign_ins_makes_all_browsers_unknown(staffed: Staffed) -> None:
    held = remember(staffed, "2", remember(staffed, "1"))
    manager = staffed.actors["manager"]
    staffed.in_turn(
        lambda work, office: accounts.end_sign_ins(
            work, office, manager, staffed.clock.now(), account_of(staffed, "1")
        )
    )
    assert not is_known(staffed, held, "1")
    assert is_known(staffed, held, "2")
    staffed.in_turn(
        lambda work, office: accounts.close(
            work, office, manager, staffed.clock.now(), account_of(staffed, "2")
        )
    )
    assert not is_known(staffed, held, None)


def test_only_so_many_browsers_are_known_to_one_person(staffed: Staffed) -> None:
    oldest = remember(staffed, "1")
    for _ in range(MOST):
        staffed.clock.advance(minutes=1)
        newest = remember(staffed, "1")
    assert not is_known(staffed, oldest, "1")
    assert is_known(staffed, newest, "1")
    rows = select(func.count()).where(KnownBrowser.account_id == account_of(staffed, "1"))
    assert staffed.read(lambda work, _office: work.session.scalar(rows)) == MOST
