"""Two offices alike in one installation: nothing of one reaches anybody of the other.

They have the same services, letters, counters, names of accounts and numbers of tickets; only their
marks differ, which stand in every text that people write. Whoever works in the first walks every
address there is, with the ids of both, and hears every socket.
"""

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from werkzeug.test import TestResponse

from app.plan import plan_of, written
from app.sample import make_sample
from display import waits
from office.errors import OfficeUnnamed
from office.people import actor_of_token
from office.place import only_office, the_office
from storage.engine import sqlite_url
from storage.work import Store
from tests.houses import Client, FixedClock, Staffed, empty, hurried
from tests.web.conftest import app_at
from tests.web.furnishing import Furnished, rows_of
from tests.web.test_who_may import EVERYBODY, NOBODY, SOCKETS, WAYS, Way, is_refused
from web.limits import limiter
from web.live import Publisher, Pulse, Seat, room_of
from web.outlook import Outlooks

pytestmark = pytest.mark.takes(4)

#: The office somebody works in, and the one they have nothing to do with; the latter is the first
#: of the installation, which is taken where nothing else is known.
HERE, THERE = "Hk4wtz", "Zq7xvk"

#: Which id stands for a part of an address, by its name and what the address begins with.
PARTS = (
    ("code", "/link/", "link"),
    ("token", "/", "token"),
    ("label", "/", "label"),
    ("name", "/logo/", "logo"),
    ("name", "/", "file"),
    ("digest", "/", "digest"),
    ("device_id", "/", "device_id"),
    ("screen", "/", "screen"),
    ("zone", "/", "zone"),
    ("shift", "/", "shift"),
    ("webhook", "/", "webhook"),
    ("program", "/", "program"),
    ("number", "/manager/requests/", "request"),
    ("account_id", "/", "account"),
    ("key", "/api/v1/spot-checks/", "key"),
    ("key", "/manager/spot-checks/", "kept_photo"),
    ("number", "/manager/survey/actions/", "action"),
    ("number", "/manager/survey/paper/", "form"),
    ("number", "/manager/media/", "medium"),
    ("number", "/display/media/", "medium"),
    ("number", "/manager/spot-checks/", "check"),
    ("number", "/account/sign-ins/", "sign_in"),
)
#: What both offices have, each its own.
ALIKE = {
    "number": "1",
    "code": "A",
    "counter": "1",
    "step": "up",
    "turn": "again",
    "locale": "id",
    "wish": "reload",
    "way": "later",
    "deed": "again",
    "period": "2026-Q3",
    "key": "chime",
    "_version": "1",
    "version": "1",
    "admission": "1",
}
#: Where what stands in the address is the credential, or is there for everybody.
OPEN_TO_HOLDERS = ("/t/<token>", "/logo/", "/link/", "/entrance/")
#: Told to the keeper of the whole installation.
KEEPERS = "GET /metrics"
#: Who goes where an address is gone once only: each of them may more than those after them.
STRONGEST = ("administrator", "manager", "inspector", "exit", "screen", "agent", "kiosk", NOBODY)
#: Answers that tell of this office; were one not read, nothing of the other would be found either.
TELLING = {
    *("GET /api/v1/board", "GET /api/v1/floor", "GET /api/v1/counters", "GET /manager"),
    *("GET /api/v1/reports/waiting.pdf", "GET /api/v1/reports/skm.xlsx", "GET /board/state"),
    *("GET /skm/<period>/report.pdf", "GET /skm/<period>/data.csv", "GET /t/<token>"),
    *("GET /skm/<period>/notice.pdf", "GET /manager/spot-checks/<int:number>/report.pdf"),
    *("GET /manager/people", "GET /manager/roster", "GET /manager/survey/actions"),
}
#: Files that take a while to be made, and bear the time at which they were.
MADE = re.compile(r"\.(pdf|xlsx|png|wav)$")


@dataclass
class Pair:
    """The two offices and their app."""

    app: Flask
    here: Furnished
    there: Furnished

    def everything_there(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of the other office."""
        with self.there.staffed.store.read() as work:
            return rows_of(work, self.there.staffed.office_id)

    def go(self, way: str, path: str, who: str, body: Any) -> TestResponse:
        """Go one way as somebody of this office."""
        method = way.partition(" ")[0]
        token = self.here.tokens.get(who)
        told = {"json": body} if "/api/" in path else {"data": body}
        return self.app.test_client().open(
            path,
            method=method,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            **({} if method == "GET" else told),
        )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """Two furnished offices in a store of their own."""
    folder, clock, made = tmp_path_factory.mktemp("two"), FixedClock(), {}
    if request.param == "sqlite":
        blank = sqlite3.connect(request.getfixturevalue("blank_sqlite"))
        with closing(blank), closing(sqlite3.connect(folder / "antrean.db")) as copy:
            blank.backup(copy)
        store = hurried(Store(sqlite_url(folder / "antrean.db")))
    else:
        store = Store(request.getfixturevalue("lent_postgresql"))
        empty(store)
    app = app_at(store, folder / "files")
    app.extensions["antrean"].clock = clock
    limiter.reset()
    for mark in (THERE, HERE):
        with store.work() as work:
            sample = make_sample(work, clock.now(), mark.lower())
            office_id = the_office(work, mark.lower()).id
            actors = {
                name: actor
                for name, token in {**sample.tokens, **sample.tokens["clerks"]}.items()
                if isinstance(token, str) and (actor := actor_of_token(work, token))
            }
        staffed = Staffed(store, clock, sample, office_id, actors)
        made[mark] = Furnished(Client(app.test_client()), staffed, mark)
    yield Pair(app, made[HERE], made[THERE])
    store.close()


def ways_of(app: Flask) -> list[str]:
    """Return every address of the app that is no file, by its name."""
    return [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith("/static/")
    ]


def id_of(part: str, path: str) -> str | None:
    """Return what a part of an address is an id of, if it is one of an office's own things."""
    for name, beginning, found in PARTS:
        if name == part and path.startswith(beginning):
            return found
    return None


def filled(way: str, office: Furnished) -> str:
    """Return the address of a way with the ids of an office."""
    path = way.partition(" ")[2]

    def value(part: re.Match[str]) -> str:
        found = id_of(part[1], path)
        return str(office.ids[found]) if found else ALIKE[part[1]]

    return re.sub(r"<(?:[^:<>]*:)?([a-z_]+)>", value, path)


def has_ids(way: str) -> bool:
    """Say whether an address holds an id that belongs to one office."""
    path = way.partition(" ")[2]
    parts = re.findall(r"<(?:[^:<>]*:)?([a-z_]+)>", path)
    return any(id_of(each, path) not in (None, "label") for each in parts)


def words_of(answer: TestResponse) -> str:
    """Return all that an answer tells: its head, and its body with what stands in files."""
    content = answer.get_data()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(each) for each in book.namelist())
    elif content.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(content)).pages
        content = "".join("".join(each.extract_text().split()) for each in pages).encode()
    answer.close()
    return f"{answer.headers}\n{content.decode(errors='replace')}"


def tells_of(words: str, office: Furnished) -> bool:
    """Say whether words hold a mark of an office, or a secret or file of it."""
    marks = (office.mark, office.mark.lower(), *(office.ids[each] for each in ("token", "file")))
    return any(each in words for each in (*marks, office.ids["logo"], office.ids["digest"]))


def strongest(way: Way) -> str:
    """Return who goes a way that is gone once."""
    return next(each for each in STRONGEST if each in way.who)


def goers(name: str, way: Way, store: Store) -> list[str]:
    """Return as whom a way is gone: pages and files by the strongest, the API by all who may.

    On PostgreSQL by the strongest alone, and not for files, which are made of what pages show.
    """
    if not way.who:
        return []
    if store.engine.dialect.name != "sqlite":
        return [] if MADE.search(name) else [strongest(way)]
    if "/api/" in name and way.who != EVERYBODY and not MADE.search(name):
        return sorted(way.who)
    return [strongest(way)]


def named(path: str) -> str:
    """Return an address that names this office, where addresses can."""
    if path.startswith(("/board", "/skm")):
        return f"{path}?office={HERE.lower()}"
    return path.replace("/api/v1/", f"/api/v1/offices/{HERE.lower()}/")


def test_whoever_works_in_one_office_is_told_nothing_of_another(pair: Pair) -> None:
    assert set(ways_of(pair.app)) == set(WAYS)
    store = pair.here.staffed.store
    before, told, wrong = pair.everything_there(), set[str](), list[str]()
    for way, expected in WAYS.items():
        path = filled(way, pair.here)
        # What would end a thing of this office is tried on one that is not there.
        if not way.startswith("GET ") and "<token>" not in way:
            path = re.sub(r"/\d\d+\b", "/99999", path)
        body = {} if isinstance(expected.body, str) else expected.body
        if way == "POST /sign-in":
            body = {"username": f"nobody@{HERE.lower()}"}
        for who in goers(way, expected, store):
            limiter.reset()
            answer = pair.go(way, named(path) + expected.query, who, body)
            words = words_of(answer)
            if answer.status_code >= 500 or (tells_of(words, pair.there) and way != KEEPERS):
                wrong.append(f"{way} as {who}: {answer.status_code}")
            if tells_of(words, pair.here):
                told.add(way)
    assert not wrong, "\n".join(wrong)
    assert {way for way in TELLING - told if goers(way, WAYS[way], store)} == set()
    assert pair.everything_there() == before


def test_an_id_of_another_office_is_as_good_as_none(pair: Pair) -> None:
    before, wrong, tried = pair.everything_there(), [], 0
    for way, expected in WAYS.items():
        if not has_ids(way) or any(each in way for each in OPEN_TO_HOLDERS):
            continue
        path = named(filled(way, pair.there)) + expected.query
        for who in {strongest(expected), "clerk", NOBODY} if expected.who else set():
            limiter.reset()
            answer = pair.go(way, path, who, expected.body)
            told = answer.get_json(silent=True)
            unknown = answer.status_code == 404
            if unknown and "/api/" in way:
                unknown = isinstance(told, dict) and told["code"].endswith(("unknown", "not_found"))
            refused = is_refused(answer.status_code, answer.headers.get("Location", ""))
            # Without any credential a form is stopped before anybody asks who sent it.
            refused = refused or (who == NOBODY and answer.status_code == 400)
            if tells_of(words_of(answer).replace(path, ""), pair.there) or not (
                unknown or (refused and who not in expected.who)
            ):
                wrong.append(f"{way} as {who}: {answer.status_code} {told}")
            tried += 1
    assert not wrong, "\n".join(wrong)
    assert tried > 60
    assert pair.everything_there() == before


def test_an_id_of_another_office_in_what_is_sent_is_refused(pair: Pair) -> None:
    here, there = pair.here.ids, pair.there.ids
    shift = {
        **{"first_day": "2026-12-01", "last_day": "2026-12-02", "weekdays": "2"},
        **{"begins": "08:00", "ends": "15:00"},
    }
    zone = {"name_id": "Ruang", "name_en": "Hall", "layout": "standard"}
    slip = {"label": there["label"], "code": there["code"]}
    rules = {"most_matters": 3, "most_files": 5, "in_a_minute": 0, "rest_minutes": 5}
    asked = {**rules, "per_identity": 3}
    assert pair.go("POST /", "/api/v1/rules/kiosk", "manager", asked).status_code == 200
    before, wrong = pair.everything_there(), []
    for who, path, sent in (
        ("manager", "/manager/roster", {**shift, "counter": there["counter_id"]}),
        (
            "manager",
            "/manager/roster",
            {**shift, "counter": here["counter_id"], "account": there["account"]},
        ),
        ("manager", f"/manager/screens/{here['screen']}", {**zone, "zone": there["zone"]}),
        ("kiosk", "/api/v1/tickets", {"service": "A", "return_code": there["return"]}),
        ("kiosk", "/api/v1/tickets", {"service": "A", "identity": there["identity"]}),
        ("exit", "/api/v1/exit/rating", {**slip, "score": 4}),
        ("exit", "/api/v1/exit/rating", {"token": there["token"], "score": 4}),
        ("exit", "/exit/survey", {"label": f"http://office.test/t/{there['token']}"}),
    ):
        limiter.reset()
        answer = pair.go("POST", path, who, sent)
        if answer.status_code not in (404, 409, 422) or tells_of(words_of(answer), pair.there):
            wrong.append(f"{path} {sent}: {answer.status_code} {answer.text[:300]}")
    assert pair.go("POST /", "/api/v1/rules/kiosk", "manager", rules).status_code == 200
    assert not wrong, "\n".join(wrong)
    assert pair.everything_there() == before


def test_no_figure_of_one_office_counts_what_happens_in_another(pair: Pair) -> None:
    there = pair.there
    reading = {
        f"{filled(way, pair.here)}{expected.query}": strongest(expected)
        for way, expected in WAYS.items()
        if way.startswith("GET /api/v1/") and not MADE.search(way)
    }

    def told() -> dict[str, str]:
        limiter.reset()
        return {path: pair.go("GET", named(path), who, {}).text for path, who in reading.items()}

    before = told()
    assert len(before) > 20
    for service, counter in (("A", 1), ("K", 5), ("A", 1)):
        there.staffed.take(service)
        there.staffed.serve(counter)
    _label, token = there.staffed.take_with_token("L")
    assert there.staffed.serve(7)
    there.staffed.in_turn(lambda work, office: there.rate(work, office, token))
    after = told()
    assert [path for path in before if after[path] != before[path]] == []


def test_the_sockets_of_one_office_hear_nothing_of_another(pair: Pair) -> None:
    # numbers of a rehearsal end with it, and other tests may have ended it
    _label, followed = pair.here.staffed.take_with_token("A")
    home = pair.app.extensions["antrean"]
    for space in home.spaces:
        home.socketio.on_namespace(space)
    publisher = Publisher(home.socketio, home.spaces)
    home.store.after_commit(publisher.heard)
    there = pair.there
    sent = {
        **{"after": 0, "medium": there.ids["medium"], "zone": there.ids["zone"], "job": 1},
        **{"attempt": 1, "printed": True, "seat": "0123456789", "state": "ready", "calls": []},
        **{"version": 1, "build": "1", "sound": "ready"},
    }
    before = pair.everything_there()
    listening, handlers = [], home.socketio.server.namespace_handlers
    for name, (allowed, more) in SOCKETS.items():
        for who in allowed or {NOBODY}:
            token = followed if name == "/ticket" else pair.here.tokens[who]
            socket = home.socketio.test_client(
                pair.app, namespace=name, auth={"token": token, **more}
            )
            assert socket.is_connected(name), (name, who)
            for each in dir(handlers[name]):
                if each.startswith("on_") and each not in ("on_connect", "on_disconnect"):
                    socket.emit(each[3:], sent, namespace=name)
            assert not tells_of(str(socket.get_received(name)), there), (name, who)
            listening.append((name, who, socket))
    assert pair.everything_there() == before
    handlers["/ticket"].look(home)
    for name, _who, socket in listening:
        # What this office's own screens told one another.
        socket.get_received(name)
    for office, silent in ((there, SOCKETS), (pair.here, ("/agent", "/ticket"))):
        version = office.staffed.read(lambda _work, row: row.version)
        office.staffed.take("K")
        assert office.staffed.next(5).startswith("K")
        for _row in range(office.staffed.read(lambda _work, row: row.version) - version):
            publisher.send_next()
        handlers["/ticket"].look(home)
        for name, who, socket in listening:
            told = socket.get_received(name)
            assert (told == []) == (name in silent), (office.mark, name, who, told)
    with pair.app.app_context():
        waits.tell("/display")
    for name, _who, socket in listening:
        assert not tells_of(str(socket.get_received(name)), there)
        socket.disconnect(name)


def test_each_process_tells_its_own_screens_and_works_out_waits_for_their_offices_only(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = pair.app.extensions["antrean"]
    told: list[tuple[Any, ...]] = []

    def emit(event: str, value: dict[str, Any], **how: Any) -> None:
        told.append((event, value["version"], how["to"], how["ignore_queue"]))

    monkeypatch.setattr(home.socketio, "emit", emit)
    space = home.spaces[0]
    pulse = Pulse(pair.app, home, [space])

    def beat() -> list[tuple[Any, ...]]:
        told.clear()
        home.outlooks = Outlooks()
        with pair.app.app_context():
            pulse.beat()
        return told

    assert beat() == []
    assert not home.outlooks._newest
    for offices in ([pair.here], [pair.there, pair.here]):
        for office in offices:
            actor = office.staffed.actors["kiosk"]
            monkeypatch.setitem(space.seats, office.mark, Seat(office.mark, actor, {}))
        versions = [
            (office.staffed.office_id, office.staffed.read(lambda _work, row: row.version))
            for office in offices
        ]
        assert beat() == [("heartbeat", each, room_of(number), True) for number, each in versions]
        assert set(home.outlooks._newest) == {number for number, _version in versions}
    both = list(beat())
    pulse = Pulse(pair.app, home, [space], lambda number: number == versions[0][0])
    for alone, expected in ((True, both[1:]), (False, both)):
        monkeypatch.setattr(home, "alone", alone)
        assert beat() == expected


def test_an_office_leaves_in_no_file_but_its_own_and_is_named_where_there_are_several(
    pair: Pair,
) -> None:
    with pair.here.staffed.store.read() as work:
        plan = written(plan_of(work, the_office(work, HERE.lower())))
        assert tells_of(plan, pair.here)
        assert not tells_of(plan, pair.there)
        with pytest.raises(OfficeUnnamed):
            only_office(work)
    for path in ("/api/v1/services", "/board/state", "/skm", "/skm/2026-Q3/data.json"):
        answer = pair.app.test_client().get(path)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "office_unnamed")
    page = pair.app.test_client().get("/board", headers={"Accept": "text/html"})
    assert page.status_code == 404
    for code in (HERE.lower(), THERE.lower()):
        assert f'href="/board?office={code}"' in page.text
