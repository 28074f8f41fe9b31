"""An office with something of everything in it, and its mark in every text that people write."""

import hashlib
import io
from datetime import date, time, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import ColumnElement, Select, Table, select

from display.voice.clips import Clip
from kiosk.printing.agents import agent_seen
from kiosk.printing.jobs import PrintJob
from kiosk.printing.slip_texts import SlipText
from office import (
    aside,
    calling,
    data_requests,
    devices,
    identity,
    kiosk_rules,
    pairing,
    programs,
    reprinting,
    returning,
    summaries,
)
from office import serving as service_at_desks
from office.alerts import Acknowledgement
from office.announcing import Announcement, ZoneVoice
from office.kiosk_rest import KioskRest
from office.logo import Logo
from office.media import Medium, Wish
from office.moment import Need, set_needs
from office.notes import add_note
from office.notifying import NotifyAddress
from office.outages import Outage
from office.people import (
    Account,
    Actor,
    Right,
    Role,
    Token,
    actor_of_token,
    fingerprint,
    issue_token,
)
from office.place import ClosedDay, EarlyClosing, Office, ServiceGroup, counters_of, service_named
from office.promises import Promise
from office.public import PublicBoard
from office.requests import KeptAnswer
from office.roster import RosterShift
from office.screens import Screen
from office.shelf import Shelf
from office.sign_ins import SignIn
from office.slip_code import slip_code
from office.tickets import Ticket, ticket_with_token
from office.voice import VoiceSettings
from office.webhooks import Webhook
from office.zones import Zone, ZoneCounter
from storage.base import Base
from storage.work import Work
from surveys import ratings, rules, taps
from surveys.reasons import Reason
from surveys.skm import publications
from surveys.skm.actions import SkmAction
from surveys.skm.desks import SurveyedCounter
from surveys.skm.draws import SkmDraw
from surveys.skm.forms import SurveyedHour, SurveyedVisit
from surveys.skm.periods import Period
from surveys.skm.questionnaires import STANDARD, SkmQuestionnaire
from surveys.skm.uploads import SkmUpload
from tests.houses import Client, Staffed
from tests.surveys.skm.forms_of import keep_quarter
from tests.surveys.spot_checks.walks import Inspector, key
from web.house import House

#: Columns that hold what people write, in whatever table.
WRITTEN = {
    *("name", "names", "titles", "texts", "text", "comment", "running_text", "requirements"),
    *("suspended_text", "next_condition", "place", "what", "owner", "by", "captions", "inspector"),
    *("questions", "signature", "browser", "words", "answer"),
}
ROLES = (Role.STAFF, Role.RECEPTION, Role.SUPERVISOR, Role.HEAD, Role.INSPECTOR, Role.ADMINISTRATOR)
OVER = Period.written("2026-Q3")
PICTURE_EDGE = 24


class Furnished:
    """An office full of rows: by what its things are found, and who works in it."""

    def __init__(self, client: Client, staffed: Staffed, mark: str) -> None:
        self.client = client
        self.staffed = staffed
        self.mark = mark
        #: A token of everybody, by what they are.
        self.tokens: dict[str, str] = {
            name: staffed.sample.tokens[name]
            for name in ("kiosk", "screen", "agent", "exit", "manager")
        }
        #: What stands for the parts of addresses.
        self.ids: dict[str, Any] = {}
        self.people()
        self.visits()
        staffed.in_turn(self.queue)
        staffed.in_turn(self.screens)
        staffed.in_turn(self.leave_marks)
        staffed.in_turn(self.surveys)
        self.spot_checks()
        staffed.in_turn(self.leave_marks)

    def people(self) -> None:
        """Add somebody in each role, signed in somewhere."""
        staffed = self.staffed
        with staffed.store.work() as work:
            for role in ROLES:
                account = Account(
                    **{"office_id": staffed.office_id, "username": role.value, "name": role.value},
                    **{"role": role.value, "extra_rights": [], "password_hash": "none"},
                )
                work.session.add(account)
                work.session.flush()
                _row, token = issue_token(
                    work,
                    staffed.office_id,
                    role,
                    role.value,
                    staffed.clock.now(),
                    account_id=account.id,
                )
                self.tokens["clerk" if role is Role.STAFF else role.value] = token
                self.ids["account"] = account.id
                now = staffed.clock.now()
                begun = SignIn(
                    **{"account_id": account.id, "generation": 0, "began_at": now},
                    **{"until": now + timedelta(hours=9), "browser": "Firefox", "by_pin": False},
                )
                work.session.add(begun)
                work.session.flush()
                self.ids["sign_in"] = begun.id

    def visits(self) -> None:
        """Let visitors come, be served, held, sent away and rated."""
        staffed = self.staffed
        _label, rated = staffed.take_with_token("A")
        staffed.take("A")
        staffed.at(1, calling.call_next)
        staffed.at(1, service_at_desks.start)
        staffed.clock.advance(minutes=4)
        staffed.at(1, service_at_desks.finish)
        staffed.in_turn(lambda work, office: self.rate(work, office, rated))
        staffed.at(1, calling.call_next)
        staffed.at(1, service_at_desks.start)
        staffed.at(1, lambda desk: add_note(desk, "A002", "Membawa map biru"))
        staffed.at(1, aside.hold)
        for _ in range(4):
            label, token = staffed.take_with_token("A")
        staffed.at(2, calling.call_next)
        self.ids |= {"token": token, "label": label, "code": slip_code(fingerprint(token))}

    def rate(self, work: Work, office: Office, token: str) -> None:
        """Have a visit rated, with a reason and a comment."""
        now, ticket = self.staffed.clock.now(), ticket_with_token(work, token)
        ratings.rate(work, office, self.staffed.actors["kiosk"], now, ticket, 2)
        work.session.flush()
        ratings.add_details(work, ticket, now, [Reason("unclear")], "Baik sekali")

    def queue(self, work: Work, office: Office) -> None:
        """Add what stands around a queue."""
        now, today = self.staffed.clock.now(), office.today(self.staffed.clock.now())
        ticket = ticket_with_token(work, self.ids["token"])
        counters = counters_of(work, office.id)
        service = service_named(work, office.id, "A")
        kiosk = _device(work, office, Role.KIOSK)
        self.ids |= {"device_id": kiosk.id, "service_id": service.id, "counter_id": counters[0].id}
        set_needs(work, office, ticket, [Need.WRITE])
        self.ids["return"] = returning.grant(
            work, office, ticket, service, returning.Why.PAPERS, (0,)
        ).code
        group = ServiceGroup(office_id=office.id, names={"id": "Kelompok"}, position=0)
        old = work.session.scalars(_of(Ticket, office).where(Ticket.label == "A003")).one()
        desk = self.actor("supervisor", work)
        reprinting.renew_secret(work, office, desk, now, old)
        work.session.add_all(
            [
                Acknowledgement(office_id=office.id, alert="wait:A", at=now),
                kiosk_rules.KioskRules(
                    **{"office_id": office.id, "most_matters": 3, "most_files": 5},
                    **{"in_a_minute": 0, "rest_minutes": 5, "per_identity": 0},
                ),
                NotifyAddress(
                    **{"ticket_id": ticket.id, "office_id": office.id, "way": "mail"},
                    **{"address": "tamu@example.id", "locale": "id", "next_try_at": now},
                ),
                identity.IdentityUse(office_id=office.id, digest="0" * 32, numbers=1),
                ClosedDay(office_id=office.id, day=date(2026, 12, 25), names={"id": "Natal"}),
                EarlyClosing(
                    **{"office_id": office.id, "day": date(2026, 11, 20), "since": now},
                    **{"reason": "power", "fate": "served"},
                ),
                KioskRest(token_id=kiosk.id, office_id=office.id, since=now, until=now),
                Outage(
                    **{"office_id": office.id, "need": "ink", "services": [], "began_at": now},
                    ended_at=now,
                ),
                Promise(
                    **{"step_id": ticket.step.id, "office_id": office.id, "day": today},
                    **{"median_s": 60, "p90_s": 90},
                ),
                RosterShift(
                    **{"office_id": office.id, "counter_id": counters[0].id, "weekdays": [2]},
                    **{"first_day": today, "last_day": today + timedelta(days=9)},
                    **{"begins": time(8), "ends": time(15), "account_id": self.ids["account"]},
                ),
                group,
                KeptAnswer(
                    **{"office_id": office.id, "actor": "token:1", "key": "k", "status": 200},
                    **{"fingerprint": "0" * 64, "answer": {}, "at": now},
                ),
                SlipText(office_id=office.id, locale="id", text="# {{ number }}\n{{ office }}\n"),
                PrintJob.queued(office.id, ticket.id, "none", b"slip", "id", False, now),
            ]
        )
        summaries.write_day(work, office, today)
        self.ids["identity"] = identity.admit(work, office, now, "5203014107850003")
        asked = data_requests.ask(
            *(work, office, desk, now, "access", data_requests.Proof.SECRET, "Nomor saya", ticket),
        )
        webhook = Webhook(
            **{"office_id": office.id, "url": f"http://127.0.0.1:9/{self.mark}", "sent": 0},
            **{"secret": "0" * 64, "families": ["visits"], "next_try_at": now},
        )
        work.session.add(webhook)
        manager = self.actor("manager", work)
        program, _secret = programs.let_in(
            work, office, manager, now, "Papan", [Right.READ_BOARD.value]
        )
        work.session.flush()
        service.group_id = group.id
        self.ids |= {"request": asked.id, "webhook": webhook.id, "program": program.id}
        self.ids["shift"] = work.session.scalars(_of(RosterShift, office)).one().id

    def screens(self, work: Work, office: Office) -> None:
        """Add what boards show and say."""
        now = self.staffed.clock.now()
        counter = counters_of(work, office.id)[0]
        zone = Zone(office_id=office.id, names={"id": "Ruang tunggu", "en": "Hall"})
        work.session.add(zone)
        notice = Medium(office_id=office.id, kind="notice", turn=1, bytes=0)
        notice.take(work, Wish({"id": "Libur"}, {"id": "Kantor tutup"}))
        name = f"{hashlib.sha256(self.mark.encode()).hexdigest()}.png"
        picture = Medium(office_id=office.id, kind="picture", turn=2, bytes=9, file=name)
        picture.take(work, Wish({"id": "Poster"}, {}))
        work.session.add_all([notice, picture])
        work.session.flush()
        screen = _device(work, office, Role.SCREEN)
        self.ids |= {"zone": zone.id, "medium": notice.id, "file": name, "screen": screen.id}
        self.ids["logo"] = f"{name[1:64]}0.png"
        home: House = self.client.flask.application.extensions["antrean"]
        for each in (name, self.ids["logo"]):
            path = Shelf(home.folder / "media").path(each)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.picture())
        voice = VoiceSettings.standard(office.id)
        work.session.add_all(
            [
                ZoneCounter(zone_id=zone.id, counter_id=counter.id),
                Logo(office_id=office.id, file=self.ids["logo"]),
                PublicBoard(office_id=office.id),
                Screen(token_id=screen.id, office_id=office.id, zone_id=zone.id),
                Clip(
                    **{"office_id": office.id, "locale": "id", "key": "chime", "wav": b"RIFF"},
                    **{"milliseconds": 900, "recorded_at": now},
                ),
                ZoneVoice(office_id=office.id, zone=zone.id, state="none", since=now),
                Announcement(
                    **{"office_id": office.id, "version": 1, "zone": zone.id, "state": "ended"},
                    **{"starts_at": now, "ends_at": now},
                ),
                voice,
            ]
        )
        agent = _device(work, office, Role.AGENT)
        agent_seen(
            work,
            Actor(f"token:{agent.id}", office.id, Role.AGENT, frozenset(), token_id=agent.id),
            *("", "", now),
        )
        _number, code = pairing.begin_pairing(work, now)
        pairing.claim(work, office.id, code, "Layar kedua", now)
        self.ids["link"] = devices.make_link(_device(work, office, Role.KIOSK), now)

    def surveys(self, work: Work, office: Office) -> None:
        """Add what people answered, and what was published of it."""
        now, today = self.staffed.clock.now(), office.today(self.staffed.clock.now())
        ticket = work.session.scalars(_of(Ticket, office).where(Ticket.label == "A001")).one()
        counter = counters_of(work, office.id)[0]
        exit_tablet = _device(work, office, Role.EXIT)
        taps.tap(work, office, self.staffed.actors["exit"], now, exit_tablet.id, 4)
        work.session.add(
            rules.RatingRules(
                **{"office_id": office.id, "open_hours": 24, "low": 2, "alert_after": 3},
                least=5,
            )
        )
        action = SkmAction(
            **{"office_id": office.id, "element": "waktu", "what": "Loket kedua", "begun": today},
            **{"owner": "Kepala", "due": today, "state": "open"},
        )
        upload = SkmUpload(
            **{"office_id": office.id, "at": now, "name": "jawaban.csv", "day": today},
            digest=hashlib.sha256(f"{office.id}".encode()).hexdigest(),
        )
        work.session.add_all(
            [
                action,
                upload,
                SkmDraw(office_id=office.id, first_day=today, percent=20, seed=f"{office.id:032x}"),
                SkmQuestionnaire(
                    **{"office_id": office.id, "number": 1, "since": now},
                    questions={
                        each.element.key: [[each.words.id, each.words.en]]
                        for each in STANDARD.questions
                    },
                ),
                SurveyedCounter(
                    office_id=office.id, month=today.replace(day=1), counter_id=counter.id
                ),
                SurveyedHour(office_id=office.id, month=today.replace(day=1), hour=9, count=1),
                SurveyedVisit(ticket_id=ticket.id),
            ]
        )
        profile = {"sex": "female", "comment": "Ruang tunggu nyaman"}
        keep_quarter(work, office, date(2026, 8, 5), 1, profile)
        keep_quarter(work, office, date(2026, 11, 4), 101, profile)
        work.session.flush()
        assert OVER is not None
        publications.publish(
            work,
            *(office, self.actor("manager", work), now, OVER),
            {"signer": "Kepala Dinas", "position": "Kepala"},
        )
        form = work.session.execute(
            select(Base.metadata.tables["skm_forms"].c.id).where(
                Base.metadata.tables["skm_forms"].c.office_id == office.id,
                Base.metadata.tables["skm_forms"].c.day > date(2026, 10, 1),
            )
        ).first()
        assert form is not None
        self.ids |= {"action": action.id, "digest": upload.digest, "form": form[0]}

    def spot_checks(self) -> None:
        """Have a check done and signed, and another begun."""
        number = self.staffed.office_id
        for each in (2 * number, 2 * number + 1):
            inspector = Inspector(
                self.client, self.staffed, self.tokens["inspector"], key(each), each * 1000
            )
            inspector.open(f"Ruang tunggu {self.mark}")
            self.ids["key"] = inspector.check
            inspector.draw()
            inspector.note(
                "observations", item="fees", answer="yes", note=f"Papan biaya {self.mark}"
            )
            said = {"text": f"Loket kosong {self.mark}", "owner": "Umum", "due": "2026-12-24"}
            assert inspector.note("findings", finding=key(each + 500), **said)[0] == 200
            self.ids["photo"] = key(each + 700)
            photo = self.client.flask.post(
                f"/api/v1/spot-checks/{inspector.check}/photos?key={self.ids['photo']}",
                data=self.picture(),
                headers={"Authorization": f"Bearer {inspector.token}"},
            )
            assert photo.status_code == 200, photo.text
            if each % 2 == 0:
                self.ids["check"] = inspector.close()
                self.ids["kept_photo"] = self.ids["photo"]
                inspector.sign(self.ids["check"])
                added = inspector.form(
                    f"/manager/spot-checks/{self.ids['check']}/additions",
                    self.tokens["manager"],
                    text="Sudah diperbaiki",
                    key=key(each + 900),
                )
                assert added.status_code == 302, added.text

    def leave_marks(self, work: Work, office: Office) -> None:
        """Write the mark into every text of the office that people can write."""
        for mapper in Base.registry.mappers:
            table = mapper.local_table
            assert isinstance(table, Table)
            written = WRITTEN & set(table.c.keys())
            belonging = belongs(table, office.id)
            if not written or belonging is None:
                continue
            for row in work.session.scalars(select(mapper.class_).where(belonging)):
                for name in written:
                    setattr(row, name, marked(getattr(row, name), self.mark))

    def actor(self, who: str, work: Work) -> Actor:
        """Return somebody of this office."""
        found = actor_of_token(work, self.tokens[who])
        assert found is not None
        return found

    def picture(self) -> bytes:
        """Return a picture."""
        made = io.BytesIO()
        Image.new("RGB", (PICTURE_EDGE, PICTURE_EDGE)).save(made, "PNG")
        return made.getvalue()


def _of(kind: Any, office: Office) -> Select[Any]:
    return select(kind).where(kind.office_id == office.id).order_by(kind.id)


def _device(work: Work, office: Office, role: Role) -> Token:
    found: Token = work.session.scalars(
        _of(Token, office).where(Token.role == role.value, Token.account_id.is_(None)).limit(1)
    ).one()
    return found


def rows_of(work: Work, office_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of an office, by table; tables of the installation are left out."""
    connection = work.session.connection()
    found = {}
    for table in Base.metadata.sorted_tables:
        belonging = belongs(table, office_id)
        if belonging is not None:
            rows = connection.execute(select(table).where(belonging))
            found[table.name] = sorted((tuple(each) for each in rows), key=repr)
    return found


def belongs(table: Table, office_id: int) -> ColumnElement[bool] | None:
    """Return what tells an office's rows of `table`, by its own column or whose they are."""
    if table.name == "offices":
        return table.c.id == office_id
    if "office_id" in table.c:
        return table.c.office_id == office_id
    for foreign in sorted(table.foreign_keys, key=lambda each: each.parent.name):
        owner = belongs(foreign.column.table, office_id)
        if owner is not None and foreign.column.table is not table:
            return foreign.parent.in_(select(foreign.column).where(owner))
    return None


def marked(value: Any, mark: str) -> Any:
    """Return a value with `mark` in each of its texts."""
    if isinstance(value, dict):
        return {name: marked(each, mark) for name, each in value.items()}
    if isinstance(value, list):
        return [marked(each, mark) for each in value]
    return f"{value[:40]} {mark}" if isinstance(value, str) and mark not in value else value
