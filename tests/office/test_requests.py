"""Idempotency keys: the same request twice is one change and one answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from office.errors import KeyReused
from office.place import Office
from office.requests import (
    KEPT,
    KeptAnswer,
    drop_old_answers,
    keep_answer,
    kept_answer,
    request_fingerprint,
)
from storage.work import Work
from tests.houses import Client, Staffed
from tests.office.observing import kinds, waiting

BODY = {"service": "A"}
ASKED = request_fingerprint("POST /tickets", BODY)


def keep(staffed: Staffed, key: str, actor: str = "token:1") -> None:
    """Keep an answer given now."""
    staffed.in_turn(
        lambda work, office: keep_answer(
            work, office.id, actor, key, ASKED, 201, {"label": "A001"}, staffed.clock.now()
        )
    )


def kept(
    staffed: Staffed, key: str, fingerprint: str = ASKED, actor: str = "token:1"
) -> tuple[int, dict[str, Any]] | None:
    """Return the answer kept for a request."""
    answer: tuple[int, dict[str, Any]] | None = staffed.read(
        lambda work, office: kept_answer(work, office.id, actor, key, fingerprint)
    )
    return answer


def test_the_same_key_gets_the_answer_it_got(staffed: Staffed) -> None:
    assert kept(staffed, "tap 1") is None
    keep(staffed, "tap 1")
    assert kept(staffed, "tap 1") == (201, {"label": "A001"})


def test_the_same_key_for_another_request_is_refused(staffed: Staffed) -> None:
    keep(staffed, "tap 1")
    other = request_fingerprint("POST /tickets", {"service": "K"})
    with pytest.raises(KeyReused) as refusal:
        kept(staffed, "tap 1", other)
    assert refusal.value.code == "idempotency_key_reused"


def test_a_key_is_its_actors_and_its_offices_own(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    keep(staffed, "tap 1")
    assert kept(staffed, "tap 1", actor="token:2") is None
    assert kept(make_staffed(), "tap 1") is None


def test_requests_differ_by_verb_and_body_but_not_by_the_order_of_fields() -> None:
    one = request_fingerprint("POST /tickets", {"service": "A", "locale": "id"})
    assert one == request_fingerprint("POST /tickets", {"locale": "id", "service": "A"})
    assert one != request_fingerprint("POST /other", {"service": "A", "locale": "id"})
    assert one != request_fingerprint("POST /tickets", {"service": "A", "locale": "en"})


def test_a_kept_answer_goes_with_the_work_that_failed(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        keep_answer(work, office.id, "token:1", "tap 1", ASKED, 201, {}, staffed.clock.now())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        staffed.in_turn(act)
    assert kept(staffed, "tap 1") is None


def test_answers_are_dropped_after_a_day(staffed: Staffed) -> None:
    keep(staffed, "old")
    staffed.clock.advance(hours=24)
    keep(staffed, "new")

    def drop(work: Work, office: Office) -> int:
        return drop_old_answers(work, office.id, staffed.clock.now())

    assert staffed.in_turn(drop) == 0
    staffed.clock.advance(seconds=1)
    assert staffed.in_turn(drop) == 1
    assert (kept(staffed, "old"), kept(staffed, "new")) == (None, (201, {"label": "A001"}))
    assert timedelta(hours=24) == KEPT


def test_a_new_day_drops_the_answers_older_than_a_day(staffed: Staffed) -> None:
    keep(staffed, "old")
    staffed.clock.advance(hours=14)
    keep(staffed, "evening")
    staffed.clock.advance(hours=11)
    staffed.take()
    keys = staffed.read(
        lambda work, office: [
            each.key for each in work.session.query(KeptAnswer).filter_by(office_id=office.id)
        ]
    )
    assert keys == ["evening"]


def test_another_office_keeps_its_answers(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    other: Staffed = make_staffed()
    keep(staffed, "tap 1")
    keep(other, "tap 1")
    staffed.clock.advance(days=2)
    staffed.take()
    assert (kept(staffed, "tap 1"), kept(other, "tap 1")) == (None, (201, {"label": "A001"}))


# Through the API


def test_two_taps_with_one_key_take_one_ticket(client: Client, staffed: Staffed) -> None:
    kiosk = staffed.sample.tokens["kiosk"]
    first = client.ask("POST", "/tickets", kiosk, BODY, Idempotency_Key="tap 1")
    staffed.clock.advance(seconds=0.1)
    second = client.ask("POST", "/tickets", kiosk, BODY, Idempotency_Key="tap 1")
    assert first == second
    assert first[0] == 201
    assert kinds(staffed) == ["ticket_taken"]


def test_a_key_sent_with_another_body_takes_no_ticket(client: Client, staffed: Staffed) -> None:
    kiosk = staffed.sample.tokens["kiosk"]
    client.ask("POST", "/tickets", kiosk, BODY, Idempotency_Key="tap 1")
    status, told = client.ask("POST", "/tickets", kiosk, {"service": "K"}, Idempotency_Key="tap 1")
    assert (status, told["code"]) == (409, "idempotency_key_reused")
    assert waiting(staffed) == {"A": 1}


def test_a_refusal_is_not_kept(client: Client, staffed: Staffed) -> None:
    clerk = staffed.sample.tokens["clerks"]["1"]
    status, _told = client.ask("POST", "/counters/1/next", clerk, Idempotency_Key="key 1")
    assert status == 409
    staffed.take()
    status, told = client.ask("POST", "/counters/1/next", clerk, Idempotency_Key="key 1")
    assert (status, told["ticket"]["label"]) == (200, "A001")


def test_without_a_key_two_taps_are_two_tickets(client: Client, staffed: Staffed) -> None:
    kiosk = staffed.sample.tokens["kiosk"]
    labels = [client.ask("POST", "/tickets", kiosk, BODY)[1]["label"] for _ in range(2)]
    assert labels == ["A001", "A002"]
