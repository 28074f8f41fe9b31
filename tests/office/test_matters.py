"""One number for several services and files: what it is refused for, counted as and waited for."""

from datetime import timedelta

from office import offers, reception, serving
from office.desks import open_counter
from office.forecasts import forecast_now, paces_of
from office.kiosk_rules import Rules, set_rules
from office.matters import Matter
from office.place import Office, service_named
from office.waits import Forecast
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused, set_service, steps, ticket


def take(
    staffed: Staffed, service: str, files: int = 1, *further: Matter, who: str = "kiosk"
) -> str:
    """Take a number for several matters; return its label."""

    def act(work: Work, office: Office) -> str:
        actor, now = staffed.actors[who], staffed.clock.now()
        return reception.take(work, office, actor, now, service, files=files, further=further)[
            0
        ].label

    return str(staffed.in_turn(act))


def quota_left(staffed: Staffed, code: str) -> int | None:
    """Return how many numbers of a service are left today."""
    told = staffed.read(
        lambda work, office: offers.offers(
            work, office, staffed.clock.now(), [], Forecast({}, {}), []
        )
    )
    (found,) = [each["quota_left"] for each in told["services"] if each["code"] == code]
    return found if found is None else int(found)


def test_several_services_stand_on_one_number_in_the_order_wanted(staffed: Staffed) -> None:
    assert take(staffed, "L", 1, Matter("K", 2), Matter("F")) == "L001"
    taken = ticket(staffed, "L001")
    assert list((taken.matters or {}).items()) == [("L", 1), ("K", 2), ("F", 1)]
    assert (taken.further, taken.files) == (["K", "F"], 1)
    assert last_change(staffed)["matters"] == {"L": 1, "K": 2, "F": 1}
    seen = []
    for number in (7, 5, 10):
        staffed.next(number)
        now = ticket(staffed, "L001")
        seen.append((now.service.code, now.files))
        staffed.at(number, serving.finish)
    assert seen == [("L", 1), ("K", 2), ("F", 1)]
    assert ticket(staffed, "L001").status == "done"
    assert [each.outcome for each in steps(staffed, "L001")] == ["done"] * 3


def test_one_file_of_one_service_is_written_as_ever(staffed: Staffed) -> None:
    take(staffed, "A")
    taken = ticket(staffed, "A001")
    assert (taken.matters, taken.further, taken.files) == (None, None, 1)
    assert "matters" not in last_change(staffed)


def test_the_quota_counts_files_of_every_matter(staffed: Staffed) -> None:
    set_service(staffed, "K", quota=5)
    take(staffed, "L", 1, Matter("K", 2))
    assert quota_left(staffed, "K") == 3
    take(staffed, "K", 2)
    assert quota_left(staffed, "K") == 1
    with refused(staffed, "quota_spent"):
        take(staffed, "K", 2)
    with refused(staffed, "quota_spent"):
        take(staffed, "A", 1, Matter("K", 2))
    take(staffed, "K")
    assert quota_left(staffed, "K") == 0


def test_what_is_too_much_for_a_kiosk_is_refused_whole(staffed: Staffed) -> None:
    for code, asked in {
        "too_many_files": ("K", 6),
        "too_many_matters": ("K", 1, Matter("A"), Matter("C"), Matter("F")),
        "input_invalid": ("K", 1, Matter("K")),
        "service_unknown": ("K", 1, Matter("Z")),
    }.items():
        with refused(staffed, code):
            take(staffed, *asked)  # type: ignore[arg-type]
    set_service(staffed, "F", suspended=True)
    with refused(staffed, "service_suspended"):
        take(staffed, "K", 1, Matter("F"))
    assert take(staffed, "K", 12, who="manager") == "K001"


def test_who_comes_after_many_files_waits_for_each_of_them(staffed: Staffed) -> None:
    staffed.at(5, open_counter)
    take(staffed, "K", 4)
    take(staffed, "K")

    def last(work: Work, office: Office) -> tuple[float, int]:
        """Return the pace, and the median wait of whoever is last."""
        paces = paces_of(work, office, staffed.clock.now())
        line, told = forecast_now(work, office, paces, staffed.clock.now())
        wait = told.by_ticket[line[-1].ticket_id].median_s
        return paces[service_named(work, office.id, "K").id], wait or 0

    pace, before = staffed.read(last)
    assert 3 * pace < before < 5 * pace
    staffed.next(5)
    staffed.at(5, serving.start)
    staffed.clock.moment += timedelta(seconds=pace)
    _, during = staffed.read(last)
    assert 2 * pace < during < before


def test_a_visit_of_many_files_teaches_the_time_of_one(staffed: Staffed) -> None:
    set_service(staffed, "K", typical_seconds=300)
    for _ in range(10):
        take(staffed, "K", 3)
        staffed.next(5)
        staffed.at(5, serving.start)
        staffed.clock.moment += timedelta(seconds=900)
        staffed.at(5, serving.finish)

    def look(work: Work, office: Office) -> float:
        return paces_of(work, office, staffed.clock.now())[service_named(work, office.id, "K").id]

    assert staffed.read(look) == 300


def test_a_manager_says_how_much_one_number_is_for(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        wanted = Rules(most_matters=1, most_files=1)
        set_rules(work, office, staffed.actors["manager"], staffed.clock.now(), wanted)

    staffed.in_turn(act)
    told = last_change(staffed)
    assert (told["kind"], told["part"]) == ("office_changed", "kiosk")
    with refused(staffed, "too_many_matters"):
        take(staffed, "K", 1, Matter("A"))
    with refused(staffed, "too_many_files"):
        take(staffed, "K", 2)
