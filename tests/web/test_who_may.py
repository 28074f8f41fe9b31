"""Who may do what, at every address and every socket there is; one that is not listed fails."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from office.media import Medium, Wish
from office.people import GRANTABLE, Account, Right, Role, Token, issue_token
from office.place import Counter
from office.roster import RosterShift
from office.webhooks import Webhook
from office.zones import Zone
from tests.houses import Client, Staffed
from tests.office.observing import last_change
from web.limits import limiter

NOBODY, ELSEWHERE = "nobody", "elsewhere"
CLERK = "clerk"
EVERYBODY = frozenset(
    {
        *(NOBODY, "kiosk", "screen", "agent", "exit", CLERK),
        *("reception", "supervisor", "manager", "head", "inspector", "administrator"),
    }
)
FLOOR = frozenset({"supervisor", "manager", "administrator"})
STAFF = FLOOR | {CLERK}
OFFICE = frozenset({"manager", "administrator"})
READERS = OFFICE | {"inspector", "head"}
AUDIT = frozenset({"administrator", "inspector"})
DESK = FLOOR | {"reception"}
BOARD = STAFF | {"screen", "inspector", "head", "reception"}
KIOSK = DESK | {"kiosk"}
EXIT = frozenset({"exit"})
INSPECTOR = frozenset({"inspector"})

PERIOD = "?from=2026-11-01&to=2026-11-24"


@dataclass(frozen=True)
class Way:
    """Who may go it, and what is sent so that nothing but the right is in question."""

    who: frozenset[str]
    body: Any = field(default_factory=dict)
    query: str = ""


def verbs(who: frozenset[str], **bodies: Any) -> dict[str, Way]:
    """Return the ways of verbs at a counter."""
    return {
        f"POST /api/v1/counters/<int:number>/{name.replace('_', '-')}": Way(who, body)
        for name, body in bodies.items()
    }


KEY = "0123456789abcdef" * 2
LABEL = {"label": "A001"}
SLIP = {"label": "A001", "code": "AAAA"}
WAYS: dict[str, Way] = {
    # What the public may see, and where the address itself is the credential.
    **{
        way: Way(EVERYBODY)
        for way in (
            *("GET /", "GET /sign-in", "POST /sign-in", "POST /sign-out"),
            *("GET /sign-in/code", "POST /sign-in/code"),
            *("GET /sign-in/provider", "GET /sign-in/provider/back"),
            *("GET /link", "POST /link", "GET /link/<code>", "GET /welcome", "POST /welcome"),
            *("GET /healthz", "GET /readyz", "GET /api/openapi.json", "GET /setup", "POST /setup"),
            "GET /metrics",
            *("GET /api/v1/services", "GET /board", "GET /board/state"),
            *("GET /display/pair", "GET /display/pair/state", "GET /display/chime.wav"),
            "GET /logo/<name>",
            *(
                "GET /t/<token>",
                "GET /t/<token>/qr.svg",
                "GET /t/<token>/app.webmanifest",
                "GET /api/v1/tickets/<token>",
            ),
            "POST /api/v1/tickets/<token>/cancel",
            "POST /api/v1/tickets/<token>/rejoin",
            "POST /api/v1/tickets/<token>/leave",
            "POST /api/v1/tickets/<token>/step-back",
        )
    },
    "POST /api/v1/tickets/<token>/needs": Way(EVERYBODY, {"needs": ["write"]}),
    "POST /api/v1/tickets/<token>/service": Way(EVERYBODY, {"service": "K"}),
    "POST /api/v1/tickets/<token>/rating": Way(EVERYBODY, {"score": 4}),
    "POST /api/v1/tickets/<token>/rating/details": Way(EVERYBODY, {"comment": "Baik"}),
    "POST /api/v1/tickets/<token>/rating/talk": Way(EVERYBODY),
    "POST /api/v1/agents/link": Way(EVERYBODY, {"code": "AAAABBBB"}),
    # Devices.
    "POST /api/v1/tickets": Way(KIOSK, {"service": "A"}),
    "POST /api/v1/identities": Way(KIOSK, {"nik": "5203014107850003"}),
    "GET /kiosk": Way(KIOSK),
    "GET /entrance": Way(KIOSK),
    "GET /entrance/code.svg": Way(KIOSK),
    "GET /entrance/<int:device_id>/<code>": Way(EVERYBODY),
    "GET /entrance/<int:device_id>/number/<admission>": Way(EVERYBODY),
    "POST /entrance/<int:device_id>/number/<admission>": Way(EVERYBODY),
    "GET /voice/<any(id, en):locale>.wav": Way(KIOSK, query="?text=Halo"),
    "GET /display": Way(BOARD),
    "GET /api/v1/board": Way(BOARD),
    "GET /api/v1/journal": Way(BOARD),
    "GET /api/v1/office": Way(BOARD),
    "GET /api/v1/voice": Way(BOARD),
    "GET /display/media/<name>": Way(BOARD),
    "GET /display/media/<int:number>/captions.vtt": Way(BOARD),
    "GET /display/voice/<any(id, en):locale>/<label>/<int:counter>.wav": Way(BOARD),
    "GET /display/voice/early/<int:_version>/<any(id, en):locale>.wav": Way(BOARD),
    "GET /t/<token>/message": Way(EVERYBODY),
    "POST /t/<token>/message": Way(EVERYBODY),
    "GET /t/<token>/data": Way(EVERYBODY),
    "POST /t/<token>/data": Way(EVERYBODY),
    "GET /t/<token>/survey": Way(EVERYBODY),
    "POST /t/<token>/survey": Way(EVERYBODY),
    "GET /exit": Way(EXIT),
    "GET /exit/survey": Way(EXIT),
    "POST /exit/survey": Way(EXIT),
    # The questionnaire.
    "GET /skm": Way(EVERYBODY),
    "GET /skm/<period>": Way(EVERYBODY),
    **{
        f"GET /skm/<period>/{name}": Way(EVERYBODY)
        for name in (
            *("data.json", "data.csv", "data.xlsx"),
            *("report.pdf", "notice.pdf", "notice.png"),
        )
    },
    "GET /manager/survey/published": Way(READERS),
    "POST /manager/survey/published": Way(OFFICE),
    "GET /manager/survey/actions": Way(READERS),
    "POST /manager/survey/actions": Way(OFFICE),
    "POST /manager/survey/actions/<int:number>": Way(OFFICE),
    "GET /manager/survey": Way(READERS),
    "POST /manager/survey/weight": Way(OFFICE),
    "GET /manager/survey/sample": Way(READERS),
    "POST /manager/survey/sample": Way(OFFICE),
    "GET /manager/survey/paper": Way(DESK),
    "POST /manager/survey/paper": Way(DESK),
    "POST /manager/survey/paper/<int:number>/delete": Way(DESK),
    "GET /manager/survey/file": Way(OFFICE),
    "POST /manager/survey/file": Way(OFFICE),
    "GET /manager/survey/file/<digest>": Way(OFFICE),
    "POST /manager/survey/file/<digest>": Way(OFFICE),
    "GET /manager/survey/questionnaire": Way(OFFICE),
    "POST /manager/survey/questionnaire": Way(OFFICE),
    "POST /api/v1/exit/rating": Way(EXIT, {**SLIP, "score": 4}),
    "POST /api/v1/exit/rating/details": Way(EXIT, {**SLIP, "reasons": ["unclear"]}),
    "POST /api/v1/exit/rating/talk": Way(EXIT, SLIP),
    "POST /api/v1/exit/taps": Way(EXIT, {"score": 4}),
    "POST /api/v1/counters/<int:number>/rating": Way(
        frozenset({"screen"}), {"label": "A001", "score": 4}
    ),
    # The counter.
    "GET /counter": Way(STAFF),
    "GET /counter/<int:number>": Way(STAFF),
    "GET /api/v1/counters": Way(STAFF),
    "GET /api/v1/counters/<int:number>": Way(STAFF),
    **verbs(
        STAFF,
        open={},
        next={},
        call=LABEL,
        recall={},
        start={},
        put_back={},
        no_show={},
        finish={},
        finish_and_next={},
        hold={},
        resume=LABEL,
        rejoin=LABEL,
        further={"service": "A"},
        needs={**LABEL, "needs": ["fetch"]},
        note={**LABEL, "text": "Membawa map biru"},
        undo={},
        **{"return": {"code": "AAAAA-CCCCC"}},
        pause={"reason": "short_break"},
        back={},
        desk_work={"on": True},
        take_over={"account": "nobody", "pin": "280145"},
        help={},
        close={},
    ),
    # Of the person who signed in, for which no token stands.
    "GET /account": Way(frozenset()),
    "POST /account/pin": Way(frozenset()),
    "POST /account/password": Way(frozenset()),
    "POST /account/sign-ins/<int:number>/end": Way(frozenset()),
    "GET /account/second-factor": Way(frozenset()),
    "POST /account/second-factor": Way(frozenset()),
    "GET /account/second-factor/codes": Way(frozenset()),
    "POST /account/second-factor/codes": Way(frozenset()),
    "POST /account/second-factor/end": Way(frozenset()),
    # Granted one by one; see below for the order of a call.
    **verbs(
        FLOOR,
        transfer={"service": "K"},
        walk_in={"service": "A", "reason": "ordered"},
        priority={**LABEL, "priority": "priority"},
        cancel=LABEL,
    ),
    # The reception desk.
    "GET /reception": Way(DESK),
    "GET /api/v1/reception/tickets": Way(DESK),
    **{
        f"POST /api/v1/reception/tickets/<label>/{verb}": Way(DESK, body)
        for verb, body in {
            "reprint": {},
            "rejoin": {},
            "leave": {},
            "cancel": {},
            "service": {"service": "K"},
            "needs": {"needs": ["read"]},
        }.items()
    },
    # The floor.
    "GET /floor": Way(FLOOR),
    **{
        way: Way(FLOOR)
        for way in (
            *("GET /floor/close", "POST /floor/close", "POST /floor/close/ask"),
            *("POST /floor/close/back", "POST /floor/close/home", "POST /floor/close/slips"),
        )
    },
    "GET /api/v1/floor": Way(FLOOR),
    "POST /api/v1/floor/kiosks/<int:device_id>/go-on": Way(FLOOR),
    "POST /api/v1/floor/alerts/seen": Way(FLOOR, {"alert": "wait:A"}),
    "POST /api/v1/outages": Way(FLOOR, {"need": "network"}),
    "POST /api/v1/outages/end": Way(FLOOR, {"need": "network"}),
    "POST /api/v1/services/<code>/suspend": Way(FLOOR),
    "POST /api/v1/services/<code>/resume": Way(FLOOR),
    "POST /api/v1/counters/<int:number>/services": Way(FLOOR, {"services": [{"code": "A"}]}),
    "POST /manager/people/second-factor": Way(frozenset({"administrator"})),
    "GET /manager/audit": Way(AUDIT),
    "POST /manager/audit/check": Way(AUDIT),
    "POST /manager/audit/export": Way(AUDIT),
    # Spot checks: nobody who works in the office opens one.
    "GET /sidak/": Way(INSPECTOR),
    "GET /sidak/worker.js": Way(EVERYBODY),
    "GET /api/v1/spot-checks": Way(INSPECTOR),
    "POST /api/v1/spot-checks": Way(INSPECTOR, {"key": KEY, "place": "Ruang tunggu"}),
    "GET /api/v1/spot-checks/<key>": Way(INSPECTOR),
    **{
        f"POST /api/v1/spot-checks/<key>/{name}": Way(INSPECTOR, body)
        for name, body in {
            "draws": {"key": KEY, "within_min": 30},
            "people": {"key": KEY, "label": "A001", "outcome": "refused"},
            "observations": {"key": KEY, "item": "fees", "answer": "yes"},
            "findings": {"key": KEY, "finding": KEY},
            "photos/remove": {"key": KEY, "photo": KEY},
            "close": {"key": KEY},
        }.items()
    },
    "POST /api/v1/spot-checks/<key>/photos": Way(INSPECTOR, query=f"?key={KEY}"),
    "GET /manager/spot-checks": Way(READERS),
    "GET /manager/spot-checks/<int:number>": Way(READERS),
    "GET /manager/spot-checks/<int:number>/report.pdf": Way(READERS),
    "GET /manager/spot-checks/<int:number>/photos/<key>": Way(READERS),
    "POST /manager/spot-checks/<int:number>/sign": Way(INSPECTOR),
    "POST /manager/spot-checks/<int:number>/additions": Way(READERS),
    # Reading about the office, and running it.
    "GET /manager": Way(READERS),
    "GET /manager/accuracy": Way(READERS),
    "GET /manager/ratings": Way(READERS),
    "POST /manager/ratings/rules": Way(OFFICE),
    "GET /manager/fairness": Way(READERS),
    "GET /manager/figures": Way(READERS),
    "GET /manager/figures/visit": Way(READERS),
    "GET /manager/week": Way(READERS),
    "GET /manager/staffing": Way(READERS, query="?day=2030-01-01"),
    **{
        f"GET /api/v1/reports/{name}": Way(READERS, query=PERIOD)
        for name in (
            "accuracy",
            "fairness",
            "waiting",
            *("skm", "skm.csv", "skm.pdf", "skm.xlsx"),
            "waiting.csv",
            "waiting.pdf",
            "waiting.xlsx",
        )
    },
    "GET /api/v1/outcomes": Way(READERS),
    "POST /api/v1/outcomes": Way(
        OFFICE,
        {
            "outcomes": [
                {"code": "done", "names": {"id": "Selesai", "en": "Done"}, "default": True}
            ],
            "mandatory": False,
            "return_days": 14,
            "return_places": 1,
        },
    ),
    "GET /api/v1/rules/turn": Way(READERS),
    "GET /api/v1/rules/turn/bound": Way(READERS, query="?policy=ratio&highest=2"),
    "GET /api/v1/rules/aims": Way(READERS),
    "GET /api/v1/rules/kiosk": Way(READERS),
    "GET /api/v1/rules/groups": Way(READERS),
    "POST /api/v1/rules/groups": Way(OFFICE, {"groups": []}),
    "POST /api/v1/rules/kiosk": Way(
        OFFICE, {"most_matters": 3, "most_files": 5, "in_a_minute": 12, "rest_minutes": 5}
    ),
    "POST /api/v1/rules/turn": Way(
        OFFICE,
        {
            "policy": "ratio",
            "rates": {},
            "reentry_places": 3,
            "recalls_before_no_show": 0,
            "carries_over": False,
        },
    ),
    "POST /api/v1/rules/aims": Way(
        OFFICE, {"wait_min": 30, "wait_percent": 80, "serve_min": 30, "idle_min": 5}
    ),
    "GET /api/v1/slip": Way(OFFICE),
    "POST /api/v1/slip": Way(OFFICE, {"texts": {"id": "# {{ number }}"}}),
    "POST /api/v1/slip/preview": Way(OFFICE, {"text": "# {{ number }}"}),
    "GET /api/v1/roster": Way(READERS, query="?day=2030-01-01"),
    "GET /api/v1/reports/staffing": Way(READERS, query="?day=2030-01-01"),
    "GET /api/v1/closing": Way(FLOOR),
    "GET /manager/sheets": Way(FLOOR),
    "GET /manager/sheets/entry": Way(FLOOR),
    "POST /api/v1/sheets": Way(FLOOR, {"service": "A", "rows": [{"number": 900, "came": "00:00"}]}),
    "POST /api/v1/closing": Way(FLOOR, {"reason": "power", "fate": "served"}),
    "POST /api/v1/closing/back": Way(FLOOR, {}),
    "POST /api/v1/day/close": Way(OFFICE),
    "POST /api/v1/services/<code>/needs": Way(OFFICE, {"needs": []}),
    "POST /api/v1/voice": Way(OFFICE, "the voice as it is"),
    "GET /display/voice/clips": Way(OFFICE),
    "GET /display/voice/clips/<any(id, en):locale>/<key>.wav": Way(OFFICE),
    "PUT /display/voice/clips/<any(id, en):locale>/<key>": Way(OFFICE),
    "DELETE /display/voice/clips/<any(id, en):locale>/<key>": Way(OFFICE),
    "GET /display/voice/sample/<any(id, en):locale>/<label>/<int:counter>.wav": Way(OFFICE),
    **{
        way: Way(OFFICE)
        for way in (
            *("GET /manager/devices", "POST /manager/devices"),
            *("GET /manager/requests", "POST /manager/requests"),
            "POST /manager/requests/<int:number>",
            "POST /manager/devices/<int:device_id>",
            "POST /manager/devices/<int:device_id>/link",
            "POST /manager/devices/<int:device_id>/key",
            "POST /manager/devices/<int:device_id>/revoke",
            *("GET /manager/rules", "GET /manager/outcomes", "GET /manager/slip"),
            *("POST /manager/slip/test", "POST /manager/slip/printer"),
            "GET /manager/kiosk",
            *("GET /manager/roster", "POST /manager/roster"),
            *("POST /manager/roster/<int:shift>", "POST /manager/roster/<int:shift>/remove"),
            *("GET /manager/rights", "POST /manager/rights/<int:account_id>"),
            *("GET /manager/people", "POST /manager/people"),
            *("GET /manager/office", "POST /manager/office", "POST /manager/office/counters"),
            "POST /manager/office/counters/more",
            "POST /manager/office/counters/<int:counter>/<any(retire, again):turn>",
            *(
                "GET /manager/backups",
                "POST /manager/audit/<int:version>/back",
                *("GET /manager/integrations", "GET /manager/integrations/api"),
                "POST /manager/integrations/programs",
                "POST /manager/integrations/programs/<int:program>/remove",
                "POST /manager/integrations/webhooks",
                "POST /manager/integrations/webhooks/<int:webhook>/<any(remove, again):deed>",
                "GET /manager/setup",
                "POST /manager/setup/leave",
                "POST /manager/services/ready",
            ),
            *("GET /manager/services", "POST /manager/services", "POST /manager/services/<code>"),
            "POST /manager/services/<code>/<any(up, retire, again):step>",
            *("GET /manager/hours", "POST /manager/hours", "POST /manager/hours/closed"),
            *("POST /manager/hours/holidays", "POST /manager/hours/open"),
            *("POST /manager/hours/special", "POST /manager/hours/special/end"),
            *("GET /manager/opening", "POST /manager/opening"),
            "POST /manager/opening/rehearse",
            "POST /manager/kiosk/message",
            *(
                "POST /manager/people/<int:account_id>",
                "POST /manager/people/<int:account_id>/code",
            ),
            "POST /manager/people/<int:account_id>/close",
            "POST /manager/people/<int:account_id>/reopen",
            "POST /manager/people/<int:account_id>/second-factor/end",
            "POST /manager/people/<int:account_id>/single-sign-on/end",
            "POST /manager/people/<int:account_id>/sign-ins/end",
            *("GET /manager/screens", "POST /manager/screens", "POST /manager/screens/public"),
            "POST /manager/screens/<int:screen>",
            "POST /manager/screens/<int:screen>/<any(identify, reload):wish>",
            "POST /manager/screens/<int:screen>/revoke",
            *("POST /manager/zones", "POST /manager/zones/<int:zone>"),
            "POST /manager/screens/text",
            *("GET /manager/media", "POST /manager/media/files", "POST /manager/media/notices"),
            *("POST /manager/media/logo", "POST /manager/media/logo/remove"),
            *("POST /manager/media/<int:number>", "POST /manager/media/<int:number>/captions"),
            "POST /manager/media/<int:number>/<any(earlier, later):way>",
            "POST /manager/media/<int:number>/remove",
            "POST /manager/zones/<int:zone>/remove",
            "POST /manager/staffing/target",
            *("GET /manager/voice", "GET /manager/voice/recordings"),
        )
    },
}

#: Who may connect to each socket, with what beside the token.
SOCKETS: dict[str, tuple[frozenset[str], dict[str, Any]]] = {
    "/kiosk": (KIOSK, {}),
    "/display": (BOARD, {}),
    "/counter": (STAFF, {"counter": 1}),
    "/floor": (FLOOR, {}),
    "/manager": (READERS, {}),
    "/agent": (frozenset({"agent", "administrator"}), {}),
    "/ticket": (frozenset(), {}),
}

#: What is sent over a socket, and to which; each needs the connection's own right.
EVENTS = {
    "/kiosk": {"catch_up", "refresh"},
    "/display": {"catch_up", "refresh", "report", "sound", "announcing", "waiting", "broken"},
    "/counter": {"catch_up", "refresh"},
    "/floor": {"catch_up", "refresh"},
    "/manager": {"catch_up", "refresh"},
    "/agent": {"status", "done"},
    "/ticket": {"refresh"},
}

#: What stands in for the parts of an address; none of it exists but counter 1 and service A.
PARTS = {
    "number": "1",
    "code": "A",
    "counter": "1",
    "step": "up",
    "turn": "again",
    "deed": "again",
    "locale": "id",
    "wish": "reload",
    "way": "later",
}


DOORS = ("/sign-in?", "/link?", "/display/pair?")

#: Rights are no matter of the database.
pytestmark = [
    pytest.mark.takes(3),
    pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def tokens(staffed: Staffed, make_staffed: Callable[[], Staffed]) -> dict[str, str]:
    """A token of everybody, by what they are."""
    found = {
        name: staffed.sample.tokens[name]
        for name in ("kiosk", "screen", "agent", "exit", "manager")
    }
    for role in (
        *(Role.STAFF, Role.RECEPTION, Role.SUPERVISOR, Role.HEAD, Role.INSPECTOR),
        Role.ADMINISTRATOR,
    ):
        found[CLERK if role is Role.STAFF else role.value] = make_token(staffed, role)
    found[ELSEWHERE] = make_staffed().sample.tokens["manager"]
    return found


def make_token(staffed: Staffed, role: Role, *rights: Right) -> str:
    """Add a person with `rights` beyond the role's, and return their token."""
    with staffed.store.work() as work:
        account = Account(
            office_id=staffed.office_id,
            username=f"{role.value}-{'-'.join(rights)}",
            name=role.value,
            role=role.value,
            extra_rights=[each.value for each in rights],
            password_hash="none",
        )
        work.session.add(account)
        work.session.flush()
        now = staffed.clock.now()
        return issue_token(work, staffed.office_id, role, "-", now, account_id=account.id)[1]


def ways_of(app: Flask) -> dict[str, str]:
    """Return every address of the app that is no file, with its path filled in, by its name."""
    return {
        f"{method} {rule.rule}": re.sub(
            r"<(?:[^:<>]*:)?([a-z_]+)>", lambda part: PARTS.get(part[1], "99999"), rule.rule
        )
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith("/static/")
    }


def go(
    flask: FlaskClient, way: str, path: str, token: str | None, body: Any
) -> tuple[int, str, str]:
    """Go one way; return the status, where it leads, and the code of a refusal."""
    method = way.partition(" ")[0]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    json = body if method != "GET" and "/api/" in path else None
    answer = flask.open(path, method=method, json=json, headers=headers)
    told = answer.get_json(silent=True)
    code = told.get("code", "") if isinstance(told, dict) else ""
    return answer.status_code, answer.headers.get("Location", ""), code


def is_refused(status: int, leads: str) -> bool:
    """Say whether an answer keeps somebody out: it says so, or shows a door."""
    return status in (401, 403) or (status == 302 and leads.startswith(DOORS))


def test_every_address_lets_in_whom_it_should_and_nobody_else(
    client: Client, staffed: Staffed, tokens: dict[str, str]
) -> None:
    app = client.flask.application
    ways = ways_of(app)
    assert set(ways) == set(WAYS)
    voice = client.ask("GET", "/voice", tokens["manager"])[1]
    voice.pop("stamp")
    office = staffed.read(lambda _work, office: office.code)
    wrong = []
    staffed.take()
    for way, path in ways.items():
        expected = WAYS[way]
        body = voice if isinstance(expected.body, str) else expected.body
        public = expected.who == EVERYBODY
        for who in (*EVERYBODY, *([] if public else [ELSEWHERE])):
            # everybody asks from the same address here
            limiter.reset()
            named = path.replace("/api/v1/", f"/api/v1/offices/{office}/") if public else path
            if who == ELSEWHERE:
                if not path.startswith("/api/v1/"):
                    continue
                named = path.replace("/api/v1/", f"/api/v1/offices/{office}/")
            status, leads, code = go(
                app.test_client(), way, named + expected.query, tokens.get(who), body
            )
            form = "/api/" not in way and not way.startswith("GET")
            refused = is_refused(status, leads)
            if form and public:
                refused = False
            elif form and who == NOBODY:
                # Without any credential a form is stopped before anybody asks who sent it.
                refused = refused or status == 400
            unclear = status >= 500 or (code in ("input_invalid", "json_malformed") and not form)
            if refused == (who in expected.who) or unclear:
                wrong.append(f"{way} as {who}: {status} {leads}{code}")
    assert not wrong, "\n".join(wrong)


def test_every_socket_lets_in_whom_it_should_and_nobody_else(
    make_client: Callable[..., Client], staffed: Staffed, tokens: dict[str, str]
) -> None:
    app = make_client().flask.application
    home = app.extensions["antrean"]
    for space in home.spaces:
        home.socketio.on_namespace(space)
    handlers = home.socketio.server.namespace_handlers
    assert set(handlers) == set(SOCKETS)
    for name, handler in handlers.items():
        told = {each[3:] for each in dir(handler) if each.startswith("on_")}
        assert told - {"connect", "disconnect"} == EVENTS[name], name
    wrong = []
    for name, (allowed, more) in SOCKETS.items():
        for who in (*EVERYBODY, ELSEWHERE):
            token = tokens.get(who)
            socket = home.socketio.test_client(
                app, namespace=name, auth={**({"token": token} if token else {}), **more}
            )
            let_in = socket.is_connected(name)
            if who != ELSEWHERE and let_in != (who in allowed):
                wrong.append(f"{name} as {who}: {'let in' if let_in else 'kept out'}")
            if let_in and who == ELSEWHERE:
                seat = getattr(handlers[name], "seats", {})
                assert all(each.actor.office_id != staffed.office_id for each in seat.values())
            if let_in:
                socket.disconnect(name)
    assert not wrong, "\n".join(wrong)


#: What each grantable right is needed for, at counter 1 with A001 and A002 in line.
GRANTED: dict[Right, tuple[str, dict[str, Any]]] = {
    Right.CALL_OUT_OF_ORDER: ("counters/1/call", {"label": "A002", "reason": "ordered"}),
    Right.TRANSFER: ("counters/1/transfer", {"service": "K"}),
    Right.CANCEL_TICKET: ("counters/1/cancel", {"label": "A002"}),
    Right.CHANGE_PRIORITY: ("counters/1/priority", {"label": "A002", "priority": "priority"}),
    Right.WALK_IN: ("counters/1/walk-in", {"service": "A", "reason": "ordered"}),
    Right.REPRINT: ("reception/tickets/A002/reprint", {}),
}


@pytest.mark.parametrize("right", GRANTED, ids=str)
def test_each_right_is_granted_by_itself(client: Client, staffed: Staffed, right: Right) -> None:
    assert set(GRANTED) == set(GRANTABLE)
    clerk = make_token(staffed, Role.STAFF, right)
    staffed.take()
    staffed.take()
    for each, (verb, body) in GRANTED.items():
        if each is Right.TRANSFER:
            assert client.ask("POST", "/counters/1/next", clerk, {})[0] == 200
        status, answer = client.ask("POST", f"/{verb}", clerk, body)
        assert status == (200 if each is right else 403), (each, answer)
        if each is Right.TRANSFER and status == 403:
            client.ask("POST", "/counters/1/put-back", clerk, {})
        if each is right and verb.endswith(("/call", "/walk-in")):
            client.ask("POST", "/counters/1/put-back", clerk, {})


def test_a_cancelled_ticket_is_written_with_its_counter_and_can_be_undone(
    client: Client, staffed: Staffed, tokens: dict[str, str]
) -> None:
    staffed.take()
    chief = tokens["supervisor"]
    assert client.ask("POST", "/counters/1/cancel", chief, LABEL)[0] == 200
    assert staffed.status("A001") == "cancelled"
    assert (last_change(staffed)["kind"], last_change(staffed)["counter"]) == (
        "ticket_cancelled",
        1,
    )
    assert client.ask("POST", "/counters/1/cancel", chief, LABEL)[1]["code"] == "move_refused"
    assert client.ask("POST", "/counters/1/undo", chief, {})[0] == 200
    assert staffed.status("A001") == "waiting"


def test_a_manager_of_another_office_finds_none_of_this_ones_things(
    client: Client, staffed: Staffed, tokens: dict[str, str]
) -> None:
    with staffed.store.work() as work:
        zone = Zone(office_id=staffed.office_id, names={"id": "Ruang"})
        notice = Medium(office_id=staffed.office_id, kind="notice", turn=1, bytes=0)
        notice.take(work, Wish({"id": "Libur"}, {}))
        shift = RosterShift(
            office_id=staffed.office_id,
            counter_id=work.session.query(Counter.id).filter_by(office_id=staffed.office_id)[0][0],
            **{"first_day": date.today(), "last_day": date.today(), "weekdays": [0]},
            **{"begins": time(8), "ends": time(15)},
        )
        work.session.add_all([zone, notice, shift])
        work.session.flush()
        kiosk = work.session.query(Token).filter_by(office_id=staffed.office_id, role="kiosk").one()
        account = work.session.query(Account).filter_by(office_id=staffed.office_id).first()
        assert account is not None
        ids = {"device_id": kiosk.id, "account_id": account.id, "screen": kiosk.id, "zone": zone.id}
        # a counter's number is each office's own; this one has none so high
        ids |= {"number": notice.id, "shift": shift.id, "counter": 98}
        webhook = Webhook(
            **{"office_id": staffed.office_id, "url": "http://127.0.0.1:9", "secret": "-"},
            **{"families": ["visits"], "sent": 0, "next_try_at": staffed.clock.now()},
        )
        work.session.add(webhook)
        work.session.flush()
        own = work.session.query(Token).filter_by(office_id=staffed.office_id, role="manager")
        # versions are each journal's own; no journal here goes so far
        ids |= {"webhook": webhook.id, "program": own[0].id, "version": 99999}
    office = staffed.read(lambda _work, office: office.version)
    for way in WAYS:
        if "/manager/" not in way or "<int:" not in way or "manager" not in WAYS[way].who:
            continue
        path = re.sub(r"<int:([a-z_]+)>", lambda part: str(ids[part[1]]), way.partition(" ")[2])
        path = re.sub(r"<any\(([a-z]+)[^>]*>", r"\1", path)
        status, _leads, _code = go(client.flask, way, path, tokens[ELSEWHERE], {})
        assert status == 404, way
    assert staffed.read(lambda _work, office: office.version) == office


def test_the_token_of_a_person_is_no_device_that_could_be_linked_anew(
    client: Client, staffed: Staffed, tokens: dict[str, str]
) -> None:
    with staffed.store.read() as work:
        person = (
            work.session.query(Token)
            .filter(Token.office_id == staffed.office_id, Token.account_id.is_not(None))
            .first()
        )
        assert person is not None
    for deed in ("link", "key", "revoke"):
        way = f"POST /manager/devices/{person.id}/{deed}"
        status, _leads, _code = go(client.flask, way, way[5:], tokens["manager"], {})
        assert status == 404
