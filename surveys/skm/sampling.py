"""How far a period's survey is: who should be asked, who has answered, and who is missing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from office import figures
from office.place import Office, services_of
from storage.work import Work
from surveys.skm.forms import SkmForm, SurveyedHour
from surveys.skm.periods import Period
from surveys.skm.sample import sample_size

#: A part with a smaller share of the answers than so much of its share of the visits is missing.
FAIR = 0.8


@dataclass(frozen=True)
class Part:
    """A service or an hour: its visits, how many should answer of them, how many have."""

    name: str
    visits: int
    wanted: float
    answered: int
    #: Whether it has clearly too few of the answers there are.
    missing: bool


@dataclass(frozen=True)
class Sample:
    """The survey of a period so far."""

    visits: int
    wanted: int
    answered: int
    services: Sequence[Part]
    hours: Sequence[Part]

    @property
    def lacking(self) -> int:
        """How many forms are still wanted."""
        return max(0, self.wanted - self.answered)

    def percent_for(self, response: float = 0.3) -> int | None:
        """Return how many of a hundred visits to invite, if so large a share of them answers.

        None where not even all would be enough.
        """
        if not self.visits:
            return 0
        percent = max(1, math.ceil(100 * self.wanted / self.visits / response))
        return percent if percent <= 100 else None


def sample_of(work: Work, office: Office, period: Period, locale: str) -> Sample:
    """Return how far the survey of a period is.

    The population is the finished visits, the sample that of Krejcie and Morgan, shared out over
    services and hours by their visits. Only filled forms count. Answers whose hour is known are
    those of phones and tablets.
    """
    report = figures.waiting_report(work, office, period.first, period.last)
    visits = int(report["finished"])
    wanted = sample_size(visits)
    filled: dict[int | None, int] = dict(
        work.session.execute(
            select(SkmForm.service_id, func.count())
            .where(
                SkmForm.office_id == office.id,
                SkmForm.filled.is_(True),
                SkmForm.day.between(period.first, period.last),
            )
            .group_by(SkmForm.service_id)
        ).all()
    )
    hours: dict[int, int] = dict(
        work.session.execute(
            select(SurveyedHour.hour, func.sum(SurveyedHour.count))
            .where(
                SurveyedHour.office_id == office.id,
                SurveyedHour.month.between(period.first, period.last),
            )
            .group_by(SurveyedHour.hour)
        ).all()
    )
    finished = {each["code"]: int(each["finished"]) for each in report["by_service"]}
    return Sample(
        visits,
        wanted,
        sum(filled.values()),
        _parts(
            [
                (
                    f"{each.letter} · {each.name(locale)}",
                    finished.get(each.code, 0),
                    filled.get(each.id, 0),
                )
                for each in services_of(work, office.id)
            ],
            wanted,
        ),
        _parts(
            [
                (f"{each['hour']:02d}.00", int(each["finished"]), int(hours.get(each["hour"], 0)))
                for each in report["by_hour"]
            ],
            wanted,
        ),
    )


def _parts(rows: Sequence[tuple[str, int, int]], wanted: int) -> list[Part]:
    """Share the sample out over parts, given by name, visits and answers; none without visits."""
    visits = sum(row[1] for row in rows)
    answers = sum(row[2] for row in rows)
    return [
        Part(
            name,
            count,
            wanted * count / visits,
            answered,
            answered < FAIR * answers * count / visits,
        )
        for name, count, answered in rows
        if count
    ]
