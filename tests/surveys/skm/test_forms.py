"""Forms: one per visit, without a way back to it; paper typed in by whom it does not concern."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from office.requests import KeptAnswer
from office.tickets import ticket_with_token
from surveys.skm import forms, publications
from surveys.skm.forms import Channel, SkmAnswer, SkmForm, SurveyedHour
from surveys.skm.questionnaires import STANDARD
from tests.houses import Staffed
from tests.office.observing import refused, version
from tests.surveys.skm.forms_of import TODAY, scored, type_in

NOBODY = dict.fromkeys(("sex", "age", "education", "occupation"))


def visited(staffed: Staffed) -> str:
    """Let a visit of A be finished; return its secret."""
    _label, token = staffed.take_with_token()
    staffed.serve(1)
    return token


def answer(staffed: Staffed, token: str, *scores: int, comment: str = "", **profile: str) -> None:
    """Fill the form in as the holder of a ticket."""
    staffed.in_turn(
        lambda work, office: forms.answer(
            work,
            office,
            staffed.clock.now(),
            ticket_with_token(work, token),
            Channel.PHONE,
            STANDARD,
            scored(scores or (4,) * 9),
            {**NOBODY, **profile},
            comment,
            drawn=False,
        )
    )


def kept(staffed: Staffed) -> list[SkmForm]:
    """Return the office's forms, oldest first."""
    found: list[SkmForm] = staffed.read(
        lambda work, office: list(
            work.session.scalars(
                select(SkmForm).where(SkmForm.office_id == office.id).order_by(SkmForm.id)
            )
        )
    )
    return found


def scores_of(staffed: Staffed, form: int) -> dict[str, int]:
    """Return what a form answers."""
    return dict(
        staffed.read(
            lambda work, _office: work.session.execute(
                select(SkmAnswer.element, SkmAnswer.score).where(SkmAnswer.form_id == form)
            ).all()
        )
    )


def test_a_finished_visit_is_answered_once_and_leaves_no_trace(staffed: Staffed) -> None:
    token = visited(staffed)
    before = version(staffed)
    answer(staffed, token, *range(1, 5), *range(1, 5), 4, comment=" 3201 0112 3456 7890 ramah ")
    (form,) = kept(staffed)
    assert (form.day, form.channel, form.filled, form.drawn) == (TODAY, "phone", True, False)
    assert form.comment == "[16] ramah"
    assert scores_of(staffed, form.id) == dict(
        zip(
            [each.element.key for each in STANDARD.questions],
            [1, 2, 3, 4, 1, 2, 3, 4, 4],
            strict=True,
        )
    )
    assert version(staffed) == before
    assert not any("ticket" in column.name or column.name == "at" for column in SkmForm.__table__.c)
    keys: list[Any] = staffed.read(
        lambda work, office: work.session.scalars(
            select(KeptAnswer.key).where(KeptAnswer.office_id == office.id)
        ).all()
    )
    assert keys == []
    with refused(staffed, "already_surveyed"):
        answer(staffed, token)
    hours = staffed.read(
        lambda work, office: (
            work.session.query(SurveyedHour.hour, SurveyedHour.count)
            .filter_by(office_id=office.id)
            .all()
        )
    )
    assert [tuple(each) for each in hours] == [(9, 1)]


def test_only_a_finished_visit_and_only_in_time_is_answered_wholly(staffed: Staffed) -> None:
    _label, token = staffed.take_with_token()
    with refused(staffed, "not_yet_served"):
        answer(staffed, token)
    staffed.serve(1)
    with refused(staffed, "form_unfilled"):
        answer(staffed, token, 4, 4)
    staffed.clock.advance(hours=73)
    with refused(staffed, "rating_over"):
        answer(staffed, token)
    assert kept(staffed) == []


def test_a_paper_form_is_typed_in_once_by_number_and_year(staffed: Staffed) -> None:
    type_in(staffed, 7, [4] * 9, sex="female")
    with refused(staffed, "form_number_taken"):
        type_in(staffed, 7, [1] * 9)
    type_in(staffed, 7, [3] * 8, day=date(2025, 12, 31))
    first, second = kept(staffed)
    assert (first.filled, first.sex, first.typed_by_id) == (
        True,
        "female",
        staffed.actors["manager"].account_id,
    )
    assert (second.filled, len(scores_of(staffed, second.id))) == (False, 8)
    nexts = staffed.read(
        lambda work, office: [forms.next_number(work, office, year) for year in (2024, 2025, 2026)]
    )
    assert nexts == [1, 8, 8]
    with refused(staffed, "input_invalid"):
        type_in(staffed, 8, [4] * 9, day=TODAY + timedelta(days=1))


def test_nobody_types_in_what_is_said_of_themselves(staffed: Staffed) -> None:
    with refused(staffed, "not_allowed"):
        type_in(staffed, 1, [4] * 9, actor="1")
    token = visited(staffed)
    account = staffed.read(lambda work, _office: ticket_with_token(work, token).step.account_id)
    staffed.actors["typist"] = _as_account(staffed, account)
    with refused(staffed, "typed_by_rated"):
        type_in(staffed, 1, [4] * 9, actor="typist", service="A")
    type_in(staffed, 1, [4] * 9, actor="typist", service="A", day=TODAY - timedelta(days=1))
    type_in(staffed, 2, [4] * 9, actor="typist", service="K")


def test_a_form_typed_in_wrongly_is_taken_out_by_whoever_typed_it(staffed: Staffed) -> None:
    number = type_in(staffed, 1, [4] * 9)
    staffed.actors["typist"] = _as_account(staffed, None)
    for actor, form in (("typist", number), ("manager", 2**31), ("manager", number + 1000)):
        with refused(staffed, "form_unknown"):
            _take_out(staffed, actor, form)
    _take_out(staffed, "manager", number)
    assert kept(staffed) == []
    assert scores_of(staffed, number) == {}
    type_in(staffed, 1, [3] * 9)


def _take_out(staffed: Staffed, actor: str, form: int) -> None:
    staffed.in_turn(
        lambda work, office: publications.take_out(
            work, office, staffed.actors[actor], staffed.clock.now(), form
        )
    )


def _as_account(staffed: Staffed, account: int | None) -> Any:
    """Return the manager's rights in another person's name."""
    return replace(staffed.actors["manager"], account_id=account)
