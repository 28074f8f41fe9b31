"""The opening of an office: nothing of the rehearsal counts, and the journal keeps everything."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from kiosk.printing.jobs import PrintJob, of_visits
from office import (
    calling,
    fairness,
    figures,
    opening,
    outages,
    pausing,
    reception,
    serving,
)
from office.auditing import verify
from office.board import board
from office.errors import Forbidden, RehearsalOver, TicketUnknown
from office.figures_story import story_of
from office.floor import floor
from office.forecasts import paces_of, past_of
from office.opening import STRIKES, AlreadyOpen, NotReady, Strike, VisitorsCame
from office.outages import Need
from office.pausing import PauseReason
from office.place import Counter, CounterService, Hours, Office, Service
from office.setting_up import Stage
from office.summaries import Summary
from office.tickets import Step, Ticket, ticket_with_token
from storage.base import Base
from storage.work import Work
from surveys import ratings
from surveys.ratings import Rating
from surveys.skm import forms
from surveys.skm.forms import SkmForm, SurveyedHour
from surveys.skm.questionnaires import STANDARD
from surveys.striking import STRIKES as OF_SURVEYS
from tests.houses import Staffed
from tests.office.observing import changes, last_change, refused

#: What is not about visits and so outlives a rehearsal, by the name of its table.
STAYS = frozenset(
    {
        *("accounts", "closed_days", "counter_services", "counters", "hours", "journal"),
        *("known_browsers", "office_printers"),
        *("kiosk_rules", "logos", "media", "offices", "outcomes", "pairings", "print_agents"),
        *("printer_states", "priority_classes", "public_boards", "rating_rules"),
        *("roster_shifts", "screens", "service_groups", "services", "sign_ins", "skm_actions"),
        *("skm_draws", "skm_questionnaires", "skm_uploads", "skm_years", "slip_texts"),
        *("spot_additions", "spot_checks", "spot_draws", "spot_entries", "spot_photos"),
        *("tickets", "tokens", "voice_clips", "voice_settings", "webhooks", "zone_counters"),
        "zones",
    }
)
EVERYTHING = (Strike(PrintJob, of_visits), *OF_SURVEYS)


def open_office(staffed: Staffed, by: str = "manager") -> None:
    """End the rehearsal."""
    staffed.in_turn(
        lambda work, office: opening.open_office(
            work, office, staffed.actors[by], staffed.clock.now(), EVERYTHING
        )
    )


def rehearse(staffed: Staffed) -> None:
    """Go back to it."""
    staffed.in_turn(
        lambda work, office: opening.rehearse(
            work, office, staffed.actors["manager"], staffed.clock.now()
        )
    )


def rehearsed(staffed: Staffed) -> str:
    """Let an office rehearse with all that leaves something behind; return a visitor's secret."""
    staffed.change(rehearsal=True)
    _label, token = staffed.take_with_token()
    staffed.take()
    staffed.clock.advance(minutes=20)
    staffed.next(1)
    staffed.at(1, serving.start)
    staffed.clock.advance(minutes=5)
    staffed.at(1, serving.finish)

    def said(work: Work, office: Office) -> None:
        ticket = ticket_with_token(work, token)
        kiosk, now = staffed.actors["kiosk"], staffed.clock.now()
        ratings.rate(work, office, kiosk, now, ticket, 1)
        forms.answer(
            *(work, office, now, ticket, forms.Channel.PHONE, STANDARD),
            *(dict.fromkeys(STANDARD.questions, 4), {}, ""),
            drawn=False,
        )

    staffed.in_turn(said)
    tell_outage(staffed, outages.begin)
    tell_outage(staffed, outages.end)
    staffed.next(1)
    staffed.at(1, calling.no_show)
    staffed.at(1, pausing.pause, PauseReason.SHORT, 5)
    staffed.at(1, pausing.call_help)
    return token


def tell_outage(staffed: Staffed, verb: Callable[..., Any]) -> None:
    """Report an outage, or its end."""
    manager, need = staffed.actors["manager"], Need.NATIONAL_DATABASE
    staffed.in_turn(lambda work, office: verb(work, office, manager, staffed.clock.now(), need))


def figures_now(staffed: Staffed) -> dict[str, Any]:
    """Return every figure there is of the day and the days before."""

    def look(work: Work, office: Office) -> dict[str, Any]:
        now = staffed.clock.now()
        day = office.today(now)
        first = day - timedelta(days=30)
        report = figures.waiting_report(work, office, first, day)
        board_now = board(work, office, now)
        return {
            "tickets": report["tickets"],
            "longest": report["longest"],
            "time": set(report["time"].values()),
            "today": figures.today(work, office, now)["report"]["tickets"],
            "calls": fairness.report(work, office, first, day).calls,
            "recent": board_now["recent"],
            "missed": board_now["missed"],
            "help": [each for each in floor(work, office, now)["alerts"] if each["sort"] == "help"],
            "given": reception.given_today(work, office),
            "outages": report["outages"],
            "left": [
                work.session.scalar(select(func.count()).where(each.office_id == office.id))
                for each in (Step, Rating, SkmForm, SurveyedHour, Summary)
            ],
        }

    found: dict[str, Any] = staffed.read(look)
    return found


def test_nothing_of_a_rehearsal_counts_after_the_opening(staffed: Staffed) -> None:
    token = rehearsed(staffed)
    before = figures_now(staffed)
    assert before["tickets"] == before["today"] == 2
    assert before["recent"]
    assert before["missed"]
    assert before["help"]
    assert before["calls"] == 2
    version = staffed.read(lambda _work, office: office.version)
    open_office(staffed)
    after = figures_now(staffed)
    assert after == {
        "tickets": 0,
        "longest": [],
        "time": {0},
        "today": 0,
        "calls": 0,
        "recent": [],
        "missed": [],
        "help": [],
        "given": {},
        "outages": [],
        "left": [0] * 5,
    }

    def look(work: Work, office: Office) -> None:
        now = staffed.clock.now() + timedelta(days=1)
        past = past_of(work, office, paces_of(work, office, now), now)
        assert (list(past.days), list(past.shifts)) == ([], []), "nothing is learnt from it"
        with pytest.raises(RehearsalOver):
            ticket_with_token(work, token)
        with pytest.raises(TicketUnknown):
            story_of(work, office, office.today(now), "A001")
        verdict = verify(work, office)
        assert verdict.wrong is None
        assert verdict.version > version, "the journal has every row"

    staffed.read(look)


def test_numbers_begin_anew_and_the_day_counts_only_what_follows(staffed: Staffed) -> None:
    rehearsed(staffed)
    open_office(staffed)
    assert staffed.take() == "A001"
    staffed.clock.advance(minutes=10)
    staffed.serve(1)
    found = figures_now(staffed)
    assert (found["tickets"], found["calls"]) == (1, 1)
    assert found["longest"][0]["waited_s"] == 600
    assert [each["label"] for each in found["recent"]] == ["A001"]
    staffed.clock.advance(days=1)
    staffed.take()
    assert figures_now(staffed)["tickets"] == 2, "the opening day closed with its own visit alone"


def test_the_opening_ends_what_is_open_as_a_day_does(staffed: Staffed) -> None:
    staffed.change(rehearsal=True, carries_over=True)
    waiting, called = staffed.take("A"), staffed.take("A")
    staffed.next(1)
    here = staffed.read(opening.still_here)
    assert [(each.label, each.status) for each in here] == [
        (waiting, "called"),
        (called, "waiting"),
    ]
    assert here[0].counter.number == 1
    open_office(staffed)
    assert {staffed.status(waiting), staffed.status(called)} == {"expired"}
    assert "left_carried" not in {each.get("outcome") for each in changes(staffed)}
    assert last_change(staffed)["what"] == "office_opened"

    def look(work: Work, office: Office) -> None:
        assert not office.rehearsal
        assert not any(
            each["open"] for each in board(work, office, staffed.clock.now())["counters"]
        )
        assert opening.opened_at(work, office) == staffed.clock.now()

    staffed.read(look)


def test_an_opening_by_mistake_is_taken_back_until_a_visitor_comes(staffed: Staffed) -> None:
    staffed.change(rehearsal=True)
    staffed.take()
    open_office(staffed)
    with refused(staffed, AlreadyOpen.code):
        open_office(staffed)
    rehearse(staffed)
    assert staffed.read(lambda _work, office: office.rehearsal)
    rehearse(staffed)
    open_office(staffed)
    staffed.take()
    with refused(staffed, VisitorsCame.code):
        rehearse(staffed)


@pytest.mark.parametrize(
    ("table", "stage"),
    [(Hours, Stage.HOURS), (CounterService, Stage.COUNTERS), (Service, Stage.SERVICES)],
)
def test_no_office_opens_without_hours_services_or_counters(
    staffed: Staffed, table: Any, stage: Stage
) -> None:
    staffed.change(rehearsal=True)

    def empty(work: Work, office: Office) -> None:
        if table is Service:
            work.session.execute(
                update(Service).where(Service.office_id == office.id).values(retired=True)
            )
            return
        whose = Hours.office_id == office.id
        if table is CounterService:
            counters = select(Counter.id).where(Counter.office_id == office.id)
            whose = CounterService.counter_id.in_(counters)
        work.session.execute(delete(table).where(whose))

    staffed.in_turn(empty)
    with refused(staffed, NotReady.code):
        open_office(staffed)
    assert staffed.read(opening.lacking) == [stage]


def test_only_a_manager_opens_the_office(staffed: Staffed) -> None:
    staffed.change(rehearsal=True)
    with refused(staffed, Forbidden.code):
        open_office(staffed, "1")


def test_another_office_keeps_its_visits(staffed: Staffed, make_staffed: Any) -> None:
    other = make_staffed()
    other.take()
    other.serve(1)
    rehearsed(staffed)
    open_office(staffed)
    assert figures_now(other)["tickets"] == 1


def test_an_outage_that_stands_outlives_the_opening(staffed: Staffed) -> None:
    rehearsed(staffed)
    tell_outage(staffed, outages.begin)
    open_office(staffed)
    standing = staffed.read(lambda work, office: outages.standing(work, office.id))
    assert [each.need for each in standing] == [Need.NATIONAL_DATABASE]


def test_a_form_typed_in_from_paper_stays(staffed: Staffed) -> None:
    staffed.change(rehearsal=True)

    def typed(work: Work, office: Office) -> None:
        day, scores = office.today(staffed.clock.now()), dict.fromkeys(STANDARD.questions, 3)
        form = SkmForm(office_id=office.id, day=day, channel="paper", drawn=True, form_number=7)
        forms.keep(work, STANDARD, scores, form)

    staffed.in_turn(typed)
    open_office(staffed)
    kept = staffed.read(
        lambda work, office: work.session.scalar(
            select(func.count()).where(SkmForm.office_id == office.id)
        )
    )
    assert kept == 1


def test_every_table_is_about_visits_or_stays() -> None:
    struck = {each.table.__tablename__ for each in (*STRIKES, *EVERYTHING)}
    assert struck.isdisjoint(STAYS)
    assert struck | STAYS == set(Base.metadata.tables), "say of a new table which it is"
    assert Ticket.__table__.c.day.nullable
