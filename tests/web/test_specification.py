"""The API's specification: valid, whole, and true of what the API answers."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import delete

from office.kiosk_rules import KioskRules
from office.people import Role, issue_token
from office.place import EarlyClosing, Office, services_of
from office.screens import Layout, Place, arrange_screen
from storage.work import Work
from tests.houses import Client, Staffed
from tests.web.test_socket_words import TIMES
from tests.web.test_who_may import NOBODY, tokens

__all__ = ["tokens"]

#: What an answer is held against; rights and refusals have tests of their own.
CONFORMANCE: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

#: Requests tried at each operation, by kind of database: what they may answer is the same.
TRIES = {"sqlite": 12, "postgresql": 8}

Case = schemathesis.Case[Any]

SERVICES = "ACKLMNIJDFGH"


#: What an address answers with that ends like a file.
FILES = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.fixture
def schema(client: Client) -> BaseSchema:
    """The specification as the server tells it."""
    return schemathesis.openapi.from_wsgi("/api/openapi.json", client.flask.application)


@pytest.fixture
def spec(client: Client) -> dict[str, Any]:
    """The specification's document."""
    document: dict[str, Any] = client.flask.get("/api/openapi.json").get_json()
    return document


def operations(spec: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, path and description of each operation."""
    return [
        (method.upper(), path, operation)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_the_specification_is_valid_openapi(spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(spec).validate()


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_the_specification_names_every_address_and_no_other(
    spec: dict[str, Any], client: Client
) -> None:
    served = {
        (method, re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in client.flask.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(method, path) for method, path, _ in operations(spec)}


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_every_operation_says_what_it_does_and_how_it_refuses(spec: dict[str, Any]) -> None:
    for method, path, operation in operations(spec):
        where = f"{method} {path}"
        assert operation["summary"].endswith("."), where
        assert len(operation["tags"]) == 1, where
        refusals = {status for status in operation["responses"] if status >= "400"}
        assert "404" in refusals, where
        if operation["security"] == [{"token": []}]:
            assert {"401", "403"} <= refusals, where
        if method == "POST":
            assert {"400", "409", "413", "422"} <= refusals, where
            assert "Idempotency-Key" in {each["name"] for each in operation["parameters"]}, where
        if "{token}" in path:
            assert "429" in refusals, where
        for status, response in operation["responses"].items():
            assert response["description"], where
            good = FILES.get(path.rpartition(".")[2], "application/json")
            kind = good if status < "400" else "application/problem+json"
            assert list(response["content"]) == [kind], where


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_a_body_that_must_be_sent_is_said_to_be_required(spec: dict[str, Any]) -> None:
    required = {
        path.rpartition("/")[2]: operation["requestBody"]["required"]
        for _, path, operation in operations(spec)
        if "requestBody" in operation
    }
    assert required["tickets"] is required["transfer"] is required["rating"] is True
    assert required["finish"] is required["hold"] is False


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_what_needs_no_credentials_is_said_to_need_none(spec: dict[str, Any]) -> None:
    for method, path, operation in operations(spec):
        if path == "/services":
            assert operation["security"] == [{}, {"token": []}]
        else:
            free = "{token}" in path or path == "/agents/link"
            needed: list[Any] = [] if free else [{"token": []}]
            assert operation["security"] == needed, f"{method} {path}"


def test_a_day_through_every_verb_is_answered_as_specified(
    schema: BaseSchema, staffed: Staffed
) -> None:
    """Every answer that is not a refusal, held against its shape."""
    tokens = staffed.sample.tokens

    def ask(who: str, method: str, path: str, body: Any = None, **place: Any) -> Any:
        operation = schema[path][method]
        token = tokens.get(who) or tokens["clerks"].get(who)
        case = operation.Case(
            path_parameters={name: each for name, each in place.items() if f"{{{name}}}" in path},
            query={name.strip("_"): each for name, each in place.items() if name not in path},
            **({} if body is None else {"body": body, "media_type": "application/json"}),
        )
        answer = case.call(headers={"Authorization": f"Bearer {token}"} if token else {})
        assert answer.status_code < 400, (method, path, answer.text)
        case.validate_response(answer, checks=CONFORMANCE)
        return answer.json()

    def at(number: int, verb: str, body: Any = None) -> Any:
        return ask(str(number), "POST", f"/counters/{{number}}/{verb}", body, number=number)

    taken = [
        ask("kiosk", "POST", "/tickets", {"service": code, "priority": priority, "locale": "en"})
        for code in "AAAAC"
        for priority in (None, "priority")
    ]
    secrets = {each["label"]: each["token"] for each in taken}
    ask("kiosk", "GET", "/services")
    ask("screen", "GET", "/board")
    at(1, "open")
    first = at(1, "next")["ticket"]["label"]
    at(1, "recall")
    at(1, "start")
    ask("", "GET", "/tickets/{token}", token=secrets[first])
    ask("1", "GET", "/counters/{number}", number=1)
    ask("screen", "GET", "/board")
    at(1, "note", {"label": first, "text": "speaks Bugis"})
    ask("1", "GET", "/counters/{number}", number=1)
    at(1, "finish", {"outcome": "done"})
    ask("", "POST", "/tickets/{token}/rating", {"score": 4}, token=secrets[first])
    at(1, "finish-and-next", {})
    at(1, "undo")
    at(1, "finish-and-next", {})
    back = at(1, "finish", {"outcome": "documents_incomplete", "missing": [0]})
    again = {"service": "A", "return_code": back["return_right"]["code"]}
    ask("kiosk", "POST", "/tickets", again)
    at(1, "next")
    at(1, "further", {"service": "F"})
    ask(
        "manager",
        "POST",
        "/counters/{number}/walk-in",
        {"service": "A", "reason": "ordered"},
        number=9,
    )
    waiting = ask("1", "GET", "/counters/{number}", number=1)["line"][0]["label"]
    change = {"label": waiting, "priority": "priority"}
    ask("manager", "POST", "/counters/{number}/priority", change, number=9)
    at(2, "open")
    at(2, "desk-work", {"on": True})
    at(2, "pause", {"reason": "prayer", "minutes": 15})
    ask("2", "GET", "/counters/{number}", number=2)
    at(2, "back")
    at(2, "help")
    held = at(1, "hold", {})["ticket"]["label"]
    at(1, "resume", {"label": held})
    at(1, "next")
    at(1, "put-back")
    missed = at(1, "next")["ticket"]["label"]
    at(1, "no-show")
    ask("", "GET", "/tickets/{token}", token=secrets[missed])
    at(1, "rejoin", {"label": missed})
    at(1, "call", {"label": "A003", "reason": "appointment"})
    at(1, "transfer", {"service": "K"})
    at(2, "finish-and-next", {})
    at(2, "transfer", {"counter": 3})
    ask("manager", "GET", "/counters")
    ask("", "POST", "/tickets/{token}/cancel", token=secrets["C001"])
    at(1, "close")
    ask("manager", "GET", "/office")
    ask("manager", "GET", "/reports/waiting", from_="2026-11-25", to="2026-11-25")
    journal = ask("manager", "GET", "/journal", after=0, limit=1000)
    assert {each["kind"] for each in journal["changes"]} >= {
        *("ticket_taken", "ticket_called", "ticket_recalled", "ticket_started", "ticket_finished"),
        *("ticket_no_show", "ticket_put_back", "ticket_rejoined", "ticket_held"),
        *("ticket_resumed", "ticket_transferred", "ticket_cancelled", "rating_given"),
        *("counter_opened", "counter_closed", "counter_paused", "counter_back", "help_called"),
        *("counter_desk_work", "ticket_undone"),
    }
    assert ask("manager", "POST", "/day/close")["expired"] > 0
    ask("manager", "GET", "/reports/waiting", from_="2026-11-25", to="2026-11-25")


def a_sign(staffed: Staffed) -> str:
    """Hang a sign at counter 1, and return its token."""
    now, place = staffed.clock.now(), Place(layout=Layout.SIGN, counter=1)

    def act(work: Work, office: Office) -> str:
        token, secret = issue_token(work, office.id, Role.SCREEN, "Papan loket", now)
        arrange_screen(work, office, staffed.actors["manager"], now, token.id, token.name, place)
        return secret

    secret: str = staffed.in_turn(act)
    return secret


def in_turns(names: list[str]) -> Iterator[str]:
    """Return everybody again and again, each round in another order.

    In one order somebody might ask the same few addresses only, as there are so many of both.
    """
    order = Random(len(names))
    while True:
        yield from order.sample(names, len(names))


# Twice as many requests as there are operations, times TRIES: it takes its time beside others.
@pytest.mark.timeout(300)
def test_whatever_is_asked_the_answer_is_one_that_was_specified(
    schema: BaseSchema, staffed: Staffed, tokens: dict[str, str]
) -> None:
    clerks = staffed.sample.tokens["clerks"]
    tokens["sign"] = a_sign(staffed)
    everybody = in_turns([NOBODY, *tokens])
    secrets = [staffed.take_with_token(each)[1] for each in "AACKL"]
    statuses: Counter[int] = Counter()
    by_role: defaultdict[str, set[int]] = defaultdict(set)

    def steered(case: Case) -> Case:
        """Turn a case to what there is, more often than chance would."""
        place = case.path_parameters
        if isinstance(number := place.get("number"), int):
            place["number"] = number if number > 2**16 else number % 12
        if isinstance(secret := place.get("token"), str) and len(secret) % 4:
            place["token"] = secrets[len(secret) % len(secrets)]
        if isinstance(case.body, dict):
            if "service" in case.body and len(str(case.body.get("return_code"))) % 3:
                case.body.pop("return_code", None)
            for name, kinds in (
                ("service", SERVICES),
                ("label", ["A001", "A002", "C001", "K1"]),
                ("locale", ["id", "en"]),
                ("priority", ["ordinary", "priority"]),
            ):
                if isinstance(value := case.body.get(name), str) and len(value) % 3:
                    case.body[name] = kinds[len(value) % len(kinds)]
        return case

    def token_for(case: Case) -> str:
        clerk: str | None = clerks.get(str(case.path_parameters.get("number")))
        return clerk or tokens["manager"]

    def sent(case: Case, token: str | None) -> int:
        answer = case.call(headers={"Authorization": f"Bearer {token}"} if token else {})
        case.validate_response(answer, checks=CONFORMANCE)
        return int(answer.status_code)

    def tried(operation: Any) -> Callable[[], None]:
        @settings(
            max_examples=TRIES[staffed.store.engine.dialect.name] * TIMES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Case) -> None:
            case = steered(case)
            statuses[sent(case, token_for(case))] += 1
            who = next(everybody)
            by_role[who].add(sent(case, tokens.get(who)))

        return ask

    def give_numbers_again(work: Work, office: Office) -> None:
        """Let no close, outage or rule that was asked for hide what the others answer."""
        for table in (EarlyClosing, KioskRules):
            work.session.execute(delete(table).where(table.office_id == office.id))
        for service in services_of(work, office.id):
            service.suspended, service.stopped_for, service.stopped_since = False, None, None

    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        tried(result.ok())()
        staffed.in_turn(give_numbers_again)
    assert statuses[200] > statuses.total() / 10, statuses
    assert {201, 404, 409, 422} <= set(statuses), statuses
    assert set(by_role) == {NOBODY, *tokens}
    assert 401 in by_role[NOBODY]
    for who in tokens:
        assert {200, 403} <= by_role[who], (who, by_role[who])
