"""Emergency sheets: numbers that no machine gives out, entered afterwards and kept apart."""

from datetime import date, time, timedelta

from office import sheets, summaries_day
from office.forecasts import LEARNED_FROM, paces_of, past_of
from office.place import Office
from office.sheets import Written
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused, set_service, steps, ticket

TODAY = date(2026, 11, 25)


def enter(
    staffed: Staffed, *rows: Written, service: str = "A", day: date = TODAY, who: str = "manager"
) -> list[str]:
    """Enter rows of a sheet; return the numbers."""
    entered: list[str] = staffed.in_turn(
        lambda work, office: sheets.enter(
            work, office, staffed.actors[who], staffed.clock.now(), service, day, rows
        )
    )
    return entered


def ranges(staffed: Staffed) -> dict[str, tuple[str, str]]:
    """Return the first and the last number of each service's sheet."""
    found: dict[str, tuple[str, str]] = staffed.read(
        lambda work, office: {
            each.service.code: (each.labels[0], each.labels[-1])
            for each in sheets.sheets_of(work, office)
        }
    )
    return found


def test_a_sheet_lies_above_all_numbers_of_its_letter(staffed: Staffed) -> None:
    set_service(staffed, "A", number_to=499)
    set_service(staffed, "C", letter="A", number_from=500, number_to=799)
    found = ranges(staffed)
    assert (found["A"], found["C"]) == (("A800", "A839"), ("A840", "A879"))
    assert found["K"] == ("K900", "K939")


def test_what_was_written_is_entered_whole_and_no_kiosk_gives_it_out(staffed: Staffed) -> None:
    set_service(staffed, "A", number_to=799)
    rows = (
        Written(800, time(8, 0), time(8, 20), time(8, 30)),
        Written(801, time(8, 5), None, time(8, 40), "cancelled"),
    )
    assert enter(staffed, *rows) == ["A800", "A801"]
    told = last_change(staffed)
    assert (told["kind"], told["labels"]) == ("entered_by_hand", ["A800", "A801"])
    assert (ticket(staffed, "A800").status, ticket(staffed, "A801").status) == ("done", "cancelled")
    assert ticket(staffed, "A800").by_hand
    (step,) = steps(staffed, "A800")
    assert (step.outcome, step.ended_at) == ("done", staffed.clock.now() - timedelta(minutes=30))
    assert staffed.take() == "A001"
    with refused(staffed, "sheet_row_entered"):
        enter(staffed, rows[0])


def test_wrong_rows_are_named_and_nothing_is_entered(staffed: Staffed) -> None:
    good = Written(900, time(8, 0))
    for row in (
        Written(1, time(8, 0)),
        Written(901, time(9, 30)),
        Written(901, time(8, 0), time(7, 0)),
        Written(901, time(8, 0), outcome="vanished"),
        Written(901, time(8, 0)),
    )[:4]:
        with refused(staffed, "sheet_row_wrong"):
            enter(staffed, good, row)
    with refused(staffed, "sheet_row_entered"):
        enter(staffed, good, good)
    with refused(staffed, "sheet_day_wrong"):
        enter(staffed, good, day=TODAY - timedelta(days=8))
    with refused(staffed, "not_allowed"):
        enter(staffed, good, who="1")
    assert enter(staffed, good) == ["A900"]


def test_visits_by_hand_count_and_their_times_teach_nothing(staffed: Staffed) -> None:
    def learnt(work: Work, office: Office) -> tuple[float, int]:
        paces = paces_of(work, office, staffed.clock.now())
        past = past_of(work, office, paces, staffed.clock.now())
        return sum(paces.values()), sum(len(day) for day in past.days)

    before = staffed.read(learnt)
    yesterday = TODAY - timedelta(days=1)
    assert timedelta(days=1) < LEARNED_FROM
    for number in range(900, 910):
        enter(staffed, Written(number, time(8, 0), time(10, 0), time(12, 0)), day=yesterday)
    assert staffed.read(learnt) == before

    def counted(work: Work, office: Office) -> tuple[int, int, int]:
        cell = summaries_day.count_day(work, office, yesterday)[""].cells["all"]
        counts = next(iter(cell.values())).counts
        return counts.get("finished", 0), counts.get("by_hand", 0), counts.get("answered", 0)

    assert staffed.read(counted) == (10, 10, 0)
