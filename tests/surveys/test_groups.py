"""Ratings per group: whole batches only, so that no subtraction leads to one visitor."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from office.place import Office, Service
from storage.work import Work
from surveys import groups, report
from surveys.groups import Told, tellable
from surveys.ratings import Rating, RatingReason
from surveys.reasons import Reason
from tests.houses import Staffed

DAY = date(2026, 11, 1)
LEAST = 5

TOLD = st.builds(Told, st.tuples(*[st.integers(0, 9)] * 4))


@given(st.dictionaries(st.integers(1, 9), TOLD), st.integers(0, 20))
def test_what_is_in_no_group_told_is_nobody_or_enough(groups: dict[int, Told], more: int) -> None:
    total = sum(each.count for each in groups.values()) + more
    shown = tellable(groups, total, LEAST)
    hidden = total - sum(each.count for each in shown.values())
    assert all(shown[key] == groups[key] and shown[key].count >= LEAST for key in shown)
    assert hidden == 0 or hidden >= LEAST or not shown


def keep(staffed: Staffed, answers: list[tuple[int, str, int]], **more: Any) -> None:
    """Keep answers: the day of the visit, the service, and the score."""

    def act(work: Work, office: Office) -> None:
        codes = {
            each.code: each.id
            for each in work.session.query(Service).filter_by(office_id=office.id)
        }
        for day, service, score in answers:
            work.session.add(
                Rating(
                    office_id=office.id,
                    service_id=codes[service],
                    day=DAY + timedelta(days=day),
                    score=score,
                    at=staffed.clock.now(),
                    **{"channel": "phone", **more},
                )
            )
            work.session.flush()

    staffed.in_turn(act)


def told(staffed: Staffed, first: int, last: int) -> dict[str, tuple[int, ...]]:
    """Return what the batches of each service within the days came to, by its code."""

    def look(work: Work, office: Office) -> dict[str, tuple[int, ...]]:
        found = groups.whole_batches(
            work,
            office,
            Rating.service_id,
            DAY + timedelta(days=first),
            DAY + timedelta(days=last),
            LEAST,
        )
        return {work.session.get_one(Service, key).code: each.counts for key, each in found.items()}

    answer: dict[str, tuple[int, ...]] = staffed.read(look)
    return answer


def test_a_group_is_told_in_batches_whatever_days_are_asked_for(staffed: Staffed) -> None:
    keep(staffed, [(day, "A", 4) for day in range(4)])
    assert told(staffed, 0, 30) == {}
    keep(staffed, [(4, "A", 1), (4, "J", 2)])
    assert told(staffed, 0, 30) == {"A": (1, 0, 0, 4)}
    keep(staffed, [(5, "A", 1)] * 4)
    assert told(staffed, 0, 30) == {"A": (1, 0, 0, 4)}
    keep(staffed, [(6, "A", 2)])
    assert told(staffed, 0, 30) == {"A": (5, 1, 0, 4)}
    # Any two answers differ by whole batches.
    seen = [
        sum(sum(each) for each in told(staffed, first, last).values())
        for first in range(7)
        for last in range(first, 7)
    ]
    assert {count % LEAST for count in seen} == {0}
    assert told(staffed, 1, 6) == {"A": (4, 1, 0, 0)}
    assert told(staffed, 0, 5) == {"A": (1, 0, 0, 4)}


def found(staffed: Staffed) -> report.Report:
    """Return the report of the days."""
    answer: report.Report = staffed.read(
        lambda work, office: report.report(work, office, DAY, DAY + timedelta(days=30), "id")
    )
    return answer


def test_too_few_answers_tell_nothing_but_how_many_they_are(staffed: Staffed) -> None:
    keep(staffed, [(0, "A", 1)] * 4, comment="Lama sekali")
    few = found(staffed)
    assert (few.answered, few.told.count, few.enough) == (4, 0, False)
    assert (few.words, few.reasons, few.by_service) == ([], [], [])
    keep(staffed, [(0, "A", 4)])
    enough = found(staffed)
    assert [said for _score, said in enough.words] == ["Lama sekali"] * 4
    assert [(name, each.count) for name, each in enough.by_service] == [("A · Perekaman KTP-el", 5)]


def test_two_looks_at_the_office_as_a_whole_differ_by_whole_batches(staffed: Staffed) -> None:
    seen, before = [], {"count": 0}
    for number in range(12):
        score = number % 4 + 1
        keep(staffed, [(0, "A", score)], comment=f"kata {number}")
        answer = found(staffed)
        today = staffed.read(lambda work, office: report.of_day(work, office, DAY))
        assert today["answered"] == answer.answered == number + 1
        assert today["count"] in (before["count"], before["count"] + LEAST)
        before = today
        seen.append((answer.told.counts, len(answer.words)))
    assert sorted(set(seen)) == [
        ((0, 0, 0, 0), 0),
        ((2, 1, 1, 1), 5),
        ((3, 3, 2, 2), 10),
    ]


def test_money_and_brokers_are_in_no_report_of_the_office(staffed: Staffed) -> None:
    keep(staffed, [(0, "A", 4)] * 5)
    keep(staffed, [(1, "A", 1)], comment="Diminta lima puluh ribu")
    keep(staffed, [(1, "A", 3)] * 4)

    def touch(work: Work, office: Office) -> None:
        rating = work.session.query(Rating).filter_by(office_id=office.id, score=1).one()
        work.session.add_all(
            [
                RatingReason(rating_id=rating.id, reason=each.value)
                for each in (Reason.ASKED_FOR_MONEY, Reason.UNCLEAR)
            ]
        )

    staffed.in_turn(touch)
    assert found(staffed).reasons == [(Reason.UNCLEAR, 1)]
    assert found(staffed).words == []
    (notice,) = staffed.read(
        lambda work, office: report.notices(work, office, DAY, DAY + timedelta(days=30), "id")
    )
    assert (notice.reasons, notice.words) == ([Reason.ASKED_FOR_MONEY], "Diminta lima puluh ribu")
