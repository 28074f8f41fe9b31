"""What can be had now, as a kiosk is told: waits, quota, and why not."""

from datetime import timedelta
from typing import Any

import pytest

from office import desks
from office.forecasts import forecast_now, open_desks, paces_of
from office.offers import offers
from office.place import Office
from storage.work import Work
from tests.houses import MORNING, Staffed
from tests.office.observing import refused, set_service, version


def offered(staffed: Staffed, locale: str = "id") -> dict[str, Any]:
    """Return the services on offer now."""

    def look(work: Work, office: Office) -> dict[str, Any]:
        now = staffed.clock.now()
        paces = paces_of(work, office, now)
        line, forecast = forecast_now(work, office, paces, now)
        desks = open_desks(work, office, paces, now)
        return offers(work, office, now, line, forecast, desks, locale)

    found: dict[str, Any] = staffed.read(look)
    return found


def service(staffed: Staffed, code: str = "A", locale: str = "id") -> dict[str, Any]:
    """Return one service on offer."""
    listed: list[dict[str, Any]] = offered(staffed, locale)["services"]
    (found,) = (each for each in listed if each["code"] == code)
    return found


def test_a_service_is_offered_with_all_a_kiosk_needs(staffed: Staffed) -> None:
    assert service(staffed, "F", "en") == {
        "code": "F",
        "letter": "F",
        "group": None,
        "name": "Legalised copies",
        "names": {"id": "Legalisir", "en": "Legalised copies"},
        "requirements": {
            "id": ["Dokumen asli", "Fotokopi"],
            "en": ["The original document", "Copies"],
        },
        "icon": "stamp",
        "open": True,
        "reason": None,
        "reason_text": None,
        "reason_texts": {},
        "until": None,
        "waiting": 0,
        "wait": {"median_s": None, "p90_s": None, "reason": "no_counter_open"},
        "quota_left": None,
        "counters_open": 0,
    }


def test_the_office_and_its_classes_are_told(staffed: Staffed) -> None:
    told = offered(staffed, "en")
    assert told["version"] == version(staffed)
    assert told["policy"] == "accumulating"
    assert [(each["code"], each["rate"]) for each in told["priority_classes"]] == [
        ("ordinary", 1.0),
        ("priority", 2.0),
    ]
    assert told["office"]["name"] == "Population and Civil Registration Office"
    assert (told["office"]["rehearsal"], told["office"]["open"]) == (True, True)
    assert [each["code"] for each in told["services"]] == list("ACKLMNIJDFGH")


def test_a_service_tells_who_waits_for_it_and_how_long_it_takes(staffed: Staffed) -> None:
    for number in (1, 2, 5):
        staffed.at(number, desks.open_counter)
    for _ in range(3):
        staffed.take()
    told = service(staffed)
    assert (told["waiting"], told["counters_open"]) == (3, 2)
    assert 0 < told["wait"]["median_s"] <= told["wait"]["p90_s"]
    assert service(staffed, "K")["waiting"] == 0


def test_a_quota_is_told_as_it_runs_out(staffed: Staffed) -> None:
    set_service(staffed, "A", quota=1)
    assert (service(staffed)["quota_left"], service(staffed)["open"]) == (1, True)
    staffed.take()
    told = service(staffed)
    assert (told["quota_left"], told["open"], told["reason"]) == (0, False, "quota_spent")


@pytest.mark.parametrize(("locale", "text"), [("id", "Jaringan putus"), ("en", "Network down")])
def test_a_suspended_service_tells_why_in_the_askers_language(
    staffed: Staffed, locale: str, text: str
) -> None:
    texts = {"id": "Jaringan putus", "en": "Network down"}
    set_service(staffed, "A", suspended=True, suspended_text=texts)
    told = service(staffed, "A", locale)
    assert (told["open"], told["reason"]) == (False, "service_suspended")
    assert (told["reason_text"], told["reason_texts"]) == (text, texts)


def test_a_former_suspensions_text_is_not_told(staffed: Staffed) -> None:
    set_service(staffed, "A", suspended=False, suspended_text={"id": "Jaringan putus"})
    told = service(staffed)
    assert (told["reason_text"], told["reason_texts"]) == (None, {})


def test_outside_the_hours_nothing_is_open_and_the_next_opening_is_told(staffed: Staffed) -> None:
    staffed.change(rehearsal=False)
    staffed.clock.moment = MORNING + timedelta(hours=3, minutes=30)
    told = offered(staffed)
    assert not told["office"]["open"]
    assert told["office"]["opens_at"] == "2026-11-25T05:00:00+00:00", "13:00 in Makassar"
    assert told["office"]["closes"] == "16:00"
    assert {each["reason"] for each in told["services"]} == {"office_closed"}


def test_a_retired_service_is_not_offered(staffed: Staffed) -> None:
    set_service(staffed, "A", retired=True)
    assert "A" not in {each["code"] for each in offered(staffed)["services"]}


def test_what_is_offered_can_be_had_and_what_is_not_cannot(staffed: Staffed) -> None:
    set_service(staffed, "A", quota=0)
    set_service(staffed, "C", suspended=True)
    set_service(staffed, "K", number_from=1, number_to=1)
    staffed.take("K")
    for each in offered(staffed)["services"]:
        if each["open"]:
            staffed.take(each["code"])
        else:
            with refused(staffed, each["reason"]):
                staffed.take(each["code"])


def test_a_name_is_text_whatever_it_looks_like(staffed: Staffed) -> None:
    name = "<img src=x onerror=alert(1)>"
    set_service(staffed, "A", names={"id": name}, requirements={"id": [name]})
    told = service(staffed)
    assert (told["name"], told["requirements"]) == (name, {"id": [name]})
