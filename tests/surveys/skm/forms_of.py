"""Forms as tests fill them in: a published quarter, and scores in the order of the form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from office.place import Office, service_named
from storage.work import Work
from surveys.skm import forms
from surveys.skm.questionnaires import STANDARD, Question
from tests.houses import Staffed
from tests.surveys.skm.test_index import QUARTER

TODAY = date(2026, 11, 25)


def scored(scores: Sequence[int]) -> dict[Question, int]:
    """Return scores by question, in the order of the form."""
    return dict(zip(STANDARD.questions, scores, strict=False))


def quarter() -> list[list[int]]:
    """Return 29 forms with the counts of the published quarter."""
    columns = [
        [score for score, count in zip((4, 3, 2, 1), counts, strict=True) for _ in range(count)]
        for counts in QUARTER
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def type_in(
    staffed: Staffed,
    number: int,
    scores: Sequence[int],
    day: date = TODAY,
    actor: str = "manager",
    service: str = "K",
    **profile: str,
) -> int:
    """Type a paper form in; return its row's number."""

    def act(work: Work, office: Office) -> int:
        return forms.type_in(
            work,
            office,
            staffed.actors[actor],
            staffed.clock.now(),
            service_named(work, office.id, service).id,
            day,
            number,
            STANDARD,
            scored(scores),
            {key: profile.get(key) for key in ("sex", "age", "education", "occupation")},
        ).id

    return int(staffed.in_turn(act))


def type_quarter(staffed: Staffed, day: date = TODAY, first: int = 1, **profile: str) -> None:
    """Type the published quarter in, in one turn."""

    def act(work: Work, office: Office) -> None:
        keep_quarter(work, office, day, first, profile)

    staffed.in_turn(act)


def keep_quarter(
    work: Work, office: Office, day: date, first: int = 1, profile: Mapping[str, Any] | None = None
) -> None:
    """Keep the published quarter's forms, behind the back of whoever types."""
    service = service_named(work, office.id, "K")
    for number, scores in enumerate(quarter(), start=first):
        forms.keep(
            work,
            STANDARD,
            scored(scores),
            forms.SkmForm(
                office_id=office.id,
                service_id=service.id,
                day=day,
                channel="paper",
                drawn=False,
                form_number=number,
                **(profile or {}),
            ),
        )
