"""Pairing: a screen shows a code, a manager types it, and that browser is a screen; once."""

import pytest

from office import pairing
from office.devices import revoke
from office.people import Token
from tests.houses import Staffed


def begin(staffed: Staffed) -> tuple[int, str]:
    """Show a code; return the pairing's number and the code."""
    with staffed.store.work() as work:
        return pairing.begin_pairing(work, staffed.clock.now())


def claim(staffed: Staffed, code: str) -> Token:
    """Type a code as a manager."""
    token: Token = staffed.in_turn(
        lambda work, office: pairing.claim(work, office.id, code, "Televisi", staffed.clock.now())
    )
    return token


def stands(staffed: Staffed, number: int) -> tuple[bool, Token | None]:
    """Say how a pairing stands."""
    with staffed.store.read() as work:
        return pairing.paired(work, number, staffed.clock.now())


def test_a_code_typed_by_a_manager_makes_the_browser_a_screen(staffed: Staffed) -> None:
    number, code = begin(staffed)
    assert stands(staffed, number) == (True, None)
    token = claim(staffed, f" {code[:3]}-{code[3:].lower()} ")
    standing, found = stands(staffed, number)
    assert standing and found is not None
    assert (found.id, found.role, found.name) == (token.id, "screen", "Televisi")


def test_a_code_is_used_once(staffed: Staffed) -> None:
    _, code = begin(staffed)
    claim(staffed, code)
    with pytest.raises(pairing.CodeNotShown):
        claim(staffed, code)


def test_a_code_that_nobody_typed_in_time_is_void(staffed: Staffed) -> None:
    number, code = begin(staffed)
    staffed.clock.advance(seconds=pairing.VALID.total_seconds())
    with pytest.raises(pairing.CodeNotShown):
        claim(staffed, code)
    assert stands(staffed, number) == (False, None)


def test_a_screen_revoked_before_its_browser_asked_is_none(staffed: Staffed) -> None:
    number, code = begin(staffed)
    token = claim(staffed, code)
    with staffed.store.work() as work:
        revoke(work.session.get_one(Token, token.id), staffed.clock.now())
    assert stands(staffed, number) == (True, None)
