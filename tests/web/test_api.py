"""The API as programs meet it: refusals, keys that make a retry harmless, one of many offices."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from office import desks, reception
from office.errors import OfficeError
from office.place import service_named
from tests.houses import Client, Staffed
from tests.office.observing import kinds
from web.errors import CODES
from web.refusals import SENTENCES

Arrange = Callable[[Staffed], Any]

TAKE = ("POST", "/tickets", {"service": "A"})


@dataclass(frozen=True)
class Refusal:
    """One way to be refused: by whom, asking what, after what; and the answer that is due."""

    status: int
    code: str
    who: str | None
    method: str
    path: str
    body: Any = None
    after: Arrange = lambda staffed: None
    facts: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.code}-{self.method} {self.path.partition('?')[0]}"


def service(**values: Any) -> Arrange:
    """Return what gives service A other columns."""

    def arrange(staffed: Staffed) -> None:
        with staffed.store.work() as work:
            found = service_named(work, staffed.office_id, "A")
            for name, value in values.items():
                setattr(found, name, value)

    return arrange


def closed(staffed: Staffed) -> None:
    staffed.change(rehearsal=False)
    staffed.clock.advance(hours=11)


def called(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)


def full(staffed: Staffed) -> None:
    service(quota=1)(staffed)
    staffed.take()


def out_of_numbers(staffed: Staffed) -> None:
    service(number_to=1)(staffed)
    staffed.take()


def opened_by_another(staffed: Staffed) -> None:
    def act(work: Any, office: Any) -> None:
        actor = staffed.actors["manager"]
        desks.open_counter(desks.desk_at(work, office, actor, staffed.clock.now(), 1))

    staffed.in_turn(act)


def recall_wanted(staffed: Staffed) -> None:
    staffed.change(recalls_before_no_show=1)
    called(staffed)


def waiting(*codes: str) -> Arrange:
    return lambda staffed: [staffed.take(code) for code in codes]


def unrated(staffed: Staffed) -> str:
    return staffed.take_with_token()[1]


def its_ticket_called(staffed: Staffed) -> str:
    token = staffed.take_with_token()[1]
    staffed.next(1)
    return token


REFUSALS = [
    Refusal(400, "json_malformed", "kiosk", "POST", "/tickets", b'{"service": '),
    Refusal(400, "json_malformed", "1", "POST", "/counters/1/next", b"{", waiting("A")),
    Refusal(401, "credentials_missing", None, *TAKE),
    Refusal(401, "credentials_missing", None, "GET", "/board"),
    Refusal(401, "credentials_invalid", "nobody", *TAKE),
    Refusal(401, "credentials_invalid", "nobody", "GET", "/services"),
    Refusal(403, "not_allowed", "screen", *TAKE),
    Refusal(403, "not_allowed", "kiosk", "GET", "/board"),
    Refusal(403, "not_allowed", "1", "GET", "/reports/waiting?from=2026-11-25&to=2026-11-25"),
    Refusal(403, "not_allowed", "1", "POST", "/day/close"),
    Refusal(403, "not_allowed", "1", "POST", "/counters/2/next", None, waiting("A")),
    Refusal(404, "not_found", "manager", "GET", "/nothing/here"),
    Refusal(404, "office_unknown", "manager", "GET", "/offices/nowhere/board"),
    Refusal(404, "not_found", None, "GET", "/offices/no%00where/services"),
    Refusal(404, "service_unknown", "kiosk", "POST", "/tickets", {"service": "Z"}),
    Refusal(404, "service_unknown", "1", "POST", "/counters/1/transfer", {"service": "Z"}, called),
    Refusal(404, "counter_unknown", "manager", "POST", "/counters/77/next"),
    Refusal(404, "counter_unknown", "manager", "GET", f"/counters/{2**80}"),
    Refusal(404, "counter_unknown", "manager", "POST", f"/counters/{2**31}/open"),
    Refusal(404, "ticket_unknown", None, "GET", "/tickets/unknown"),
    Refusal(404, "ticket_unknown", None, "POST", "/tickets/un%00known/cancel"),
    Refusal(404, "ticket_unknown", "1", "POST", "/counters/1/hold", {"label": "A999"}),
    Refusal(405, "method_not_allowed", "kiosk", "PUT", "/tickets"),
    Refusal(409, "office_closed", "kiosk", *TAKE, closed),
    Refusal(409, "service_suspended", "kiosk", *TAKE, service(suspended=True)),
    Refusal(409, "quota_spent", "kiosk", *TAKE, full, (("quota", 1),)),
    Refusal(409, "numbers_spent", "kiosk", *TAKE, out_of_numbers),
    Refusal(409, "line_empty", "1", "POST", "/counters/1/next", None, waiting("K")),
    Refusal(
        *(409, "counter_busy", "1", "POST", "/counters/1/next", None, called),
        (("ticket_status", "called"), ("label", "A001")),
    ),
    Refusal(409, "counter_busy", "1", "POST", "/counters/1/close", None, called),
    Refusal(409, "counter_idle", "1", "POST", "/counters/1/finish", {}),
    Refusal(409, "counter_taken", "1", "POST", "/counters/1/open", None, opened_by_another),
    Refusal(
        *(409, "move_refused", "1", "POST", "/counters/1/resume", {"label": "A001"}),
        waiting("A"),
        (("ticket_status", "waiting"), ("allowed", ["held"])),
    ),
    Refusal(
        *(409, "move_refused", None, "POST", "/tickets/{}/cancel", None, its_ticket_called),
        (("allowed", ["held", "waiting"]),),
    ),
    Refusal(409, "recall_first", "1", "POST", "/counters/1/no-show", None, recall_wanted),
    Refusal(409, "not_yet_served", None, "POST", "/tickets/{}/rating", {"score": 4}, unrated),
    Refusal(
        *(409, "not_served_here", "1", "POST", "/counters/1/call"),
        {"label": "K001", "reason": "appointment"},
        waiting("K"),
    ),
    Refusal(413, "body_too_large", "kiosk", "POST", "/tickets", b" " * 300_000),
    Refusal(413, "body_too_large", "1", "POST", "/counters/1/next", b" " * 300_000, waiting("A")),
    Refusal(
        *(422, "input_invalid", "kiosk", "POST", "/tickets", {"service": "A", "servis": "A"}),
        facts=(("fields", {"servis": ["Extra inputs are not permitted"]}),),
    ),
    Refusal(422, "input_invalid", "kiosk", "POST", "/tickets", ["A"]),
    Refusal(422, "input_invalid", "kiosk", "POST", "/tickets", {"service": "A\0"}),
    Refusal(422, "input_invalid", "kiosk", "POST", "/tickets", b'{"service": "\\ud800"}'),
    Refusal(422, "input_invalid", "1", "POST", "/counters/1/transfer", {}, called),
    Refusal(422, "input_invalid", "manager", "GET", f"/journal?after={2**31}"),
    Refusal(422, "input_invalid", "manager", "GET", "/journal?afer=1"),
    Refusal(
        *(422, "input_invalid", "manager", "GET"),
        "/reports/waiting?from=2026-11-26&to=2026-11-25",
    ),
    Refusal(
        422, "priority_unknown", "kiosk", "POST", "/tickets", {"service": "A", "priority": "x"}
    ),
    Refusal(
        *(422, "locale_unknown", "kiosk", "POST", "/tickets", {"service": "A", "locale": "nl"}),
        facts=(("allowed", ["id", "en"]),),
    ),
    Refusal(
        *(422, "reason_missing", "1", "POST", "/counters/1/call", {"label": "A002"}),
        waiting("A", "A"),
    ),
]


def answered(
    client: Client, staffed: Staffed, refusal: Refusal, secret: Any, **headers: str
) -> Any:
    """Ask for what is refused; return the response."""
    tokens = {**staffed.sample.tokens, **staffed.sample.tokens["clerks"], "nobody": "unknown"}
    if refusal.who:
        headers["Authorization"] = f"Bearer {tokens[refusal.who]}"
    sent: dict[str, Any] = (
        {"data": refusal.body, "content_type": "application/json"}
        if isinstance(refusal.body, bytes)
        else {"json": refusal.body}
    )
    path = f"/api/v1{refusal.path.format(secret)}"
    return client.flask.open(path, method=refusal.method, headers=headers, **sent)


def all_there_is(client: Client, staffed: Staffed) -> list[Any]:
    """Return everything a refusal could have changed: counters, line and version."""
    manager = staffed.sample.tokens["manager"]
    board, counters, journal = (
        client.ask("GET", path, manager)[1] for path in ("/board", "/counters", "/journal")
    )
    return [{**board, "at": None}, counters, journal]


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_a_refusal_is_a_problem_document_in_both_languages_and_changes_nothing(
    client: Client, staffed: Staffed, refusal: Refusal
) -> None:
    secret = refusal.after(staffed)
    before = all_there_is(client, staffed)
    told = answered(client, staffed, refusal, secret)
    english = answered(client, staffed, refusal, secret, **{"Accept-Language": "en"})
    assert (told.status_code, told.content_type) == (refusal.status, "application/problem+json")
    problem = told.get_json()
    assert problem["code"] == refusal.code
    assert problem["status"] == refusal.status
    assert problem["type"] == f"urn:antrean:problem:{refusal.code}"
    assert problem["title"]
    assert problem["detail"] != english.get_json()["detail"]
    words = {"detail": "", "said": ""}
    assert {**problem, **words} == {**english.get_json(), **words}
    for name, value in refusal.facts:
        assert problem[name] == value
    for leak in ("Traceback", "sqlalchemy", "SELECT", "psycopg", 'File "'):
        assert leak not in told.text
    assert all_there_is(client, staffed) == before


def test_a_refusal_says_what_is_wrong_in_words_of_the_office(
    client: Client, staffed: Staffed
) -> None:
    token, secret = staffed.sample.tokens["kiosk"], its_ticket_called(staffed)
    _, unknown = client.ask("POST", "/tickets", token, {"service": "Z"})
    assert unknown["detail"] == "Layanan tidak ditemukan."
    _, moved = client.ask(
        "POST", f"/tickets/{secret}/cancel", Accept_Language="en-GB,id;q=0.5, en;q=0.7"
    )
    assert moved["detail"] == "This is not possible now: the ticket's status is called."
    _, wrong = client.ask("POST", "/tickets", token, {"servis": "A"}, Accept_Language="en")
    assert wrong["detail"] == "Something in the request is not right: servis."


def test_every_code_has_its_own_sentence() -> None:
    def kinds(of: type[OfficeError]) -> set[type[OfficeError]]:
        return {of}.union(*(kinds(each) for each in of.__subclasses__()))

    told = {each.code for each in kinds(OfficeError)} - {"refused"}
    assert (told | set(CODES.values())) - set(SENTENCES) == set()


def test_a_fault_is_logged_but_tells_the_asker_nothing_of_the_inside(
    client: Client, staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_values: Any) -> None:
        raise RuntimeError("SELECT token_hash FROM tokens")

    monkeypatch.setattr(reception, "take", broken)
    with capture_logs() as logs:
        status, problem = client.ask(*TAKE[:2], staffed.sample.tokens["kiosk"], TAKE[2])
    assert (status, problem["code"]) == (500, "server_error")
    assert "SELECT" not in str(problem)
    assert [(each["event"], each["endpoint"]) for each in logs] == [
        ("unhandled_error", "kiosk_api.take_ticket")
    ]


def test_a_database_out_of_reach_is_told_so_that_another_process_is_asked(
    client: Client, staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_values: Any) -> None:
        raise OperationalError("SELECT 1", {}, psycopg.OperationalError("no route to host"))

    monkeypatch.setattr(reception, "take", away)
    with capture_logs():
        status, problem = client.ask(*TAKE[:2], staffed.sample.tokens["kiosk"], TAKE[2])
    assert (status, problem["code"]) == (504, "unavailable")
    home = client.flask.application.extensions["antrean"]
    home.cut_off = True
    sockets = "/socket.io/?EIO=4&transport=polling"
    assert client.flask.get(sockets).status_code == 504, "screens go to another process"
    assert client.flask.get(f"{sockets}&sid=1").status_code != 504, "who is here stays"
    home.cut_off = False
    assert client.flask.get(sockets).status_code == 200


def test_a_database_that_does_not_answer_is_told_as_busy(
    client: Client, staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_values: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setattr(reception, "take", locked)
    with capture_logs():
        status, problem = client.ask(*TAKE[:2], staffed.sample.tokens["kiosk"], TAKE[2])
    assert (status, problem["code"]) == (503, "unavailable")
    assert "locked" not in str(problem)


def test_a_refusal_says_what_would_do_instead(client: Client) -> None:
    wrong_method = client.flask.put("/api/v1/tickets")
    assert set(wrong_method.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    unnamed = client.flask.get("/api/v1/board")
    assert unnamed.headers["WWW-Authenticate"] == "Bearer"


def test_the_same_key_gives_the_same_answer_and_no_second_effect(
    client: Client, staffed: Staffed
) -> None:
    kiosk, clerk = staffed.sample.tokens["kiosk"], staffed.sample.tokens["clerks"]["1"]
    asked = ("POST", "/tickets", kiosk, {"service": "A", "locale": "en"})
    first = client.ask(*asked, Idempotency_Key="visit")
    assert first[0] == 201
    staffed.clock.advance(minutes=5)
    assert client.ask(*asked, Idempotency_Key="visit") == first
    called = client.ask("POST", "/counters/1/next", clerk, Idempotency_Key="call")
    assert (called[0], called[1]["ticket"]["label"]) == (200, "A001")
    assert client.ask("POST", "/counters/1/next", clerk, Idempotency_Key="call") == called
    assert client.ask("GET", "/board", staffed.sample.tokens["screen"])[1]["version"] == 3


def test_a_key_used_for_another_request_is_refused(client: Client, staffed: Staffed) -> None:
    kiosk, clerk = staffed.sample.tokens["kiosk"], staffed.sample.tokens["clerks"]["1"]
    client.ask("POST", "/tickets", kiosk, {"service": "A"}, Idempotency_Key="once")
    client.ask("POST", "/counters/1/open", clerk, Idempotency_Key="once")
    before = all_there_is(client, staffed)
    for asked in (
        ("POST", "/tickets", kiosk, {"service": "C"}),
        ("POST", "/counters/1/next", clerk, None),
    ):
        status, problem = client.ask(*asked, Idempotency_Key="once")
        assert (status, problem["code"]) == (409, "idempotency_key_reused")
    assert all_there_is(client, staffed) == before


def test_the_keys_of_two_askers_have_nothing_to_do_with_each_other(
    client: Client, staffed: Staffed
) -> None:
    labels = [
        client.ask("POST", "/tickets", token, {"service": "A"}, Idempotency_Key="1")[1]["label"]
        for token in (staffed.sample.tokens["kiosk"], staffed.sample.tokens["manager"])
    ]
    assert labels == ["A001", "A002"]


def test_a_refusal_leaves_its_key_free_for_when_it_is_possible(
    client: Client, staffed: Staffed
) -> None:
    clerk = staffed.sample.tokens["clerks"]["1"]
    assert client.ask("POST", "/counters/1/next", clerk, Idempotency_Key="call")[0] == 409
    staffed.take()
    assert client.ask("POST", "/counters/1/next", clerk, Idempotency_Key="call")[0] == 200


def test_keys_that_differ_only_far_along_are_not_taken_for_one(
    client: Client, staffed: Staffed
) -> None:
    kiosk = staffed.sample.tokens["kiosk"]
    status, problem = client.ask(
        "POST", "/tickets", kiosk, {"service": "A"}, Idempotency_Key="k" * 121
    )
    assert (status, problem["code"]) == (422, "input_invalid")
    assert list(problem["fields"]) == ["Idempotency-Key"]
    assert (
        client.ask("POST", "/tickets", kiosk, {"service": "A"}, Idempotency_Key="k" * 120)[0] == 201
    )


def test_an_office_is_named_in_the_address_and_only_its_own_people_may_act_there(
    client: Client, staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    other = make_staffed()
    here, there = (each.read(lambda _work, office: office.code) for each in (staffed, other))
    kiosk = staffed.sample.tokens["kiosk"]
    status, ticket = client.ask("POST", f"/offices/{here}/tickets", kiosk, {"service": "A"})
    assert (status, ticket["label"]) == (201, "A001")
    status, problem = client.ask("POST", f"/offices/{there}/tickets", kiosk, {"service": "A"})
    assert (status, problem["code"]) == (403, "not_allowed")
    other.take("A")
    for code, who in ((here, staffed), (there, other)):
        _, offers = client.ask("GET", f"/offices/{code}/services")
        assert (offers["office"]["code"], offers["version"]) == (code, 1)
        clerk = who.sample.tokens["clerks"]["1"]
        status, called = client.ask("POST", f"/offices/{code}/counters/1/next", clerk)
        assert (status, called["ticket"]["label"]) == (200, "A001")
    assert client.ask("GET", f"/tickets/{ticket['token']}")[1]["status"] == "called"


def test_what_a_ticket_was_taken_with_is_what_its_holder_is_told(
    client: Client, staffed: Staffed
) -> None:
    _, taken = client.ask(
        *("POST", "/tickets", staffed.sample.tokens["kiosk"]),
        {"service": "K", "priority": "priority", "locale": "en"},
    )
    _, told = client.ask("GET", f"/tickets/{taken['token']}")
    for name in ("label", "status", "service", "priority", "position", "day", "version"):
        assert told[name] == taken[name], name
    assert told["service"]["name"] == "Family card"
    assert taken["print"] == "none", "no printer is set up"
    assert taken["url"].endswith(f"/t/{taken['token']}")
    assert (told["can_cancel"], told["can_rate"], told["rated"]) == (True, False, False)
    assert client.ask("POST", f"/tickets/{taken['token']}/cancel")[1]["status"] == "cancelled"


def test_a_visit_is_rated_once(client: Client, staffed: Staffed) -> None:
    _, token = staffed.take_with_token()
    staffed.serve()
    rating = {"score": 4, "comment": " Cepat\u0301 "}
    first = client.ask("POST", f"/tickets/{token}/rating", body=rating, Idempotency_Key="tap")
    assert first == (201, {"score": 4})
    again = client.ask("POST", f"/tickets/{token}/rating", body=rating, Idempotency_Key="tap")
    assert again == first
    status, problem = client.ask("POST", f"/tickets/{token}/rating", body={"score": 1})
    assert (status, problem["code"]) == (409, "already_rated")
    told = client.ask("GET", f"/tickets/{token}")[1]
    assert (told["rated"], told["can_rate"]) == (True, False)


def test_a_ticket_is_of_its_own_office_only(client: Client, staffed: Staffed) -> None:
    _, token = staffed.take_with_token()
    code = staffed.read(lambda _work, office: office.code)
    assert client.ask("GET", f"/offices/{code}/tickets/{token}")[0] == 200
    for method, path in (("GET", ""), ("POST", "/cancel")):
        status, problem = client.ask(method, f"/offices/nowhere/tickets/{token}{path}")
        assert (status, problem["code"]) == (404, "office_unknown")


def test_a_refused_verb_does_not_take_the_beginning_of_the_day_back(
    client: Client, staffed: Staffed
) -> None:
    staffed.take()
    staffed.clock.advance(days=1)
    clerk = staffed.sample.tokens["clerks"]["1"]
    assert client.ask("POST", "/counters/1/recall", clerk, {})[1]["code"] == "counter_idle"
    assert staffed.status("A001") == "expired"
    assert kinds(staffed)[-1] == "day_closed"
