"""Which visit an answer at a device is about: by the slip, or at the counter's own sign."""

from collections.abc import Iterator

import pytest

from office import calling, serving
from office.codes import ALPHABET
from office.people import Actor
from office.screens import Layout, Place, arrange_screen
from office.slip_code import is_slip_code, slip_code
from office.tickets import ticket_with_token
from surveys.entitled import ticket_at_sign, ticket_of_slip
from tests.houses import Staffed
from tests.office.observing import refused


@pytest.fixture
def sign(staffed: Staffed) -> Actor:
    """The screen, hung as the sign of counter 1."""
    screen = staffed.actors["screen"]
    number = screen.token_id
    assert number is not None
    staffed.in_turn(
        lambda work, office: arrange_screen(
            work,
            office,
            staffed.actors["manager"],
            staffed.clock.now(),
            number,
            "Papan",
            Place(None, Layout.SIGN, 1),
        )
    )
    return screen


def code_of(staffed: Staffed, token: str) -> str:
    """Return the code on a ticket's slip."""
    found: str = staffed.read(
        lambda work, _office: slip_code(ticket_with_token(work, token).token_hash)
    )
    return found


def by_slip(staffed: Staffed, label: str, code: str) -> str:
    """Return the secret's fingerprint of the ticket with this slip."""
    found: str = staffed.read(
        lambda work, office: ticket_of_slip(work, office, label, code).token_hash
    )
    return found


def at_sign(staffed: Staffed, sign: Actor, label: str, counter: int = 1) -> str:
    """Return the label of the ticket that a sign answers for."""
    found: str = staffed.read(
        lambda work, office: (
            ticket_at_sign(work, office, sign, staffed.clock.now(), counter, label).label
        )
    )
    return found


def codes() -> Iterator[str]:
    """Return the codes of some fingerprints."""
    return (slip_code(f"{number * 7919:016x}".ljust(64, "0")) for number in range(400_000, 400_050))


def test_a_code_is_four_letters_that_cannot_be_taken_for_others_and_hard_to_guess() -> None:
    found = list(codes())
    assert {len(each) for each in found} == {4}
    assert set("".join(found)) <= set(ALPHABET)
    assert len(set(found)) > 45


def test_a_code_is_typed_in_any_case_and_with_spaces() -> None:
    code = slip_code("ab" * 32)
    assert is_slip_code("ab" * 32, f" {code[:2].lower()}-{code[2:]} ")
    assert not is_slip_code("cd" * 32, code)


def test_a_ticket_is_found_by_number_and_code_and_by_neither_alone(staffed: Staffed) -> None:
    label, token = staffed.take_with_token()
    other, other_token = staffed.take_with_token()
    code = code_of(staffed, token)
    assert by_slip(staffed, label.lower(), code) == by_slip(staffed, f" {label} ", code)
    wrong = next(each for each in ("AAAA", "CCCC") if each != code)
    for said in ((label, wrong), (label, ""), ("", code), (other, code), ("Z999", code)):
        with refused(staffed, "slip_unknown"):
            by_slip(staffed, *said)
    assert by_slip(staffed, other, code_of(staffed, other_token)) != by_slip(staffed, label, code)


def test_a_number_of_yesterday_is_found_by_its_own_code(staffed: Staffed) -> None:
    label, token = staffed.take_with_token()
    code = code_of(staffed, token)
    staffed.clock.advance(days=1)
    again, newer = staffed.take_with_token()
    assert again == label
    assert by_slip(staffed, label, code) != by_slip(staffed, label, code_of(staffed, newer))


def test_the_sign_answers_for_the_visit_that_has_just_ended_there(
    staffed: Staffed, sign: Actor
) -> None:
    label = staffed.take()
    with refused(staffed, "ticket_unknown"):
        at_sign(staffed, sign, label)
    staffed.serve(1)
    assert at_sign(staffed, sign, label) == label
    with refused(staffed, "rating_closed"):
        at_sign(staffed, sign, "A099")


def test_the_sign_goes_on_asking_until_the_next_visitor_begins(
    staffed: Staffed, sign: Actor
) -> None:
    first, _second = staffed.take(), staffed.take()
    staffed.serve(1)
    staffed.at(1, calling.call_next)
    assert at_sign(staffed, sign, first) == first
    staffed.at(1, serving.start)
    with refused(staffed, "rating_closed"):
        at_sign(staffed, sign, first)


def test_a_visit_sent_on_is_not_asked_about_where_it_was(staffed: Staffed, sign: Actor) -> None:
    label = staffed.take()
    staffed.next(1)
    staffed.at(1, serving.transfer, "K", None)
    with refused(staffed, "rating_closed"):
        at_sign(staffed, sign, label)


def test_no_other_screen_answers_for_a_counter(staffed: Staffed, sign: Actor) -> None:
    label = staffed.take()
    staffed.serve(1)
    with refused(staffed, "sign_elsewhere"):
        at_sign(staffed, sign, label, 2)
    with refused(staffed, "sign_elsewhere"):
        at_sign(staffed, staffed.actors["manager"], label)
