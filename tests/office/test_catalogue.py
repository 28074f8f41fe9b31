"""The catalogue of services: added, changed, ordered, retired; clashes and half changes refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from office import catalogue
from office.catalogue import Offer, PapersDiffer, RangesClash, ServiceInUse, ServiceTaken
from office.errors import Forbidden, Invalid, ServiceUnknown
from office.place import Service, services_of
from tests.houses import Staffed
from tests.office.observing import last_change, refused, version

OFFER = Offer(
    "Z",
    1,
    999,
    {"id": " Kartu  nikah ", "en": "Marriage card"},
    {"id": ["KTP", " "], "en": ["ID card"]},
    "marriage",
    40,
    12,
)


def act(staffed: Staffed, verb: Callable[..., Any], *given: Any, by: str = "manager") -> Any:
    """Do one thing to the catalogue."""
    return staffed.in_turn(
        lambda work, office: verb(work, office, staffed.actors[by], staffed.clock.now(), *given)
    )


def service(staffed: Staffed, code: str) -> Service:
    """Return a service as it stands."""
    found: Service = staffed.read(
        lambda work, office: next(
            each for each in catalogue.all_services(work, office.id) if each.code == code
        )
    )
    return found


def test_a_new_service_comes_last_and_gives_numbers_of_its_range(staffed: Staffed) -> None:
    act(staffed, catalogue.add_service, "NIKAH", OFFER)
    there = service(staffed, "NIKAH")
    assert there.names == {"id": "Kartu nikah", "en": "Marriage card"}
    assert (there.requirements["id"], there.typical_seconds) == (["KTP"], 720)
    assert staffed.take("NIKAH") == "Z001"
    told = last_change(staffed)
    assert told["service"] == "NIKAH"


def test_a_code_is_made_from_the_name_unlike_those_there_are() -> None:
    names = {"id": "Akta perkawinan & cerai", "en": "Marriage"}
    assert catalogue.code_of(names, set()) == "AKTA-PERKAWINAN-CERA"
    taken = {"akta-perkawinan-cera"}
    assert catalogue.code_of(names, taken) == "AKTA-PERKAWINAN-CE-2"
    assert catalogue.code_of(names, {*taken, "akta-perkawinan-ce-2"}) == "AKTA-PERKAWINAN-CE-3"
    assert catalogue.code_of({"id": "", "en": "Café"}, set()) == "CAFE"
    assert catalogue.code_of({"id": "语"}, set()) == "LAYANAN"


def test_codes_are_given_once_and_clerks_change_nothing(staffed: Staffed) -> None:
    with refused(staffed, ServiceTaken.code):
        act(staffed, catalogue.add_service, "a", OFFER)
    with refused(staffed, Forbidden.code):
        act(staffed, catalogue.add_service, "NIKAH", OFFER, by="1")
    with refused(staffed, ServiceUnknown.code):
        act(staffed, catalogue.change_service, "NONE", OFFER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"letter": "z"},
        {"letter": "ABC"},
        {"number_from": 0},
        {"number_from": 10, "number_to": 9},
        {"number_to": 10_000},
        {"names": {"id": "Kartu"}},
        {"names": {"id": "x" * 61, "en": "x"}},
        {"requirements": {"id": ["KTP"], "en": []}},
        {"requirements": {"id": ["x"] * 21, "en": ["x"] * 21}},
        {"icon": "nothing"},
        {"quota": -1},
        {"typical_min": 0},
    ],
)
def test_what_cannot_be_is_refused_whole(staffed: Staffed, wrong: dict[str, Any]) -> None:
    before, stands = catalogue.offer_of(service(staffed, "A")), version(staffed)
    with pytest.raises((Invalid, PapersDiffer)):
        act(staffed, catalogue.change_service, "A", replace(OFFER, **wrong))
    assert catalogue.offer_of(service(staffed, "A")) == before
    assert version(staffed) == stands


def test_a_letter_is_shared_by_the_same_range_or_by_ranges_apart(staffed: Staffed) -> None:
    other = catalogue.offer_of(service(staffed, "A"))
    wanted = replace(OFFER, letter=other.letter, number_from=other.number_from)
    with refused(staffed, RangesClash.code):
        act(staffed, catalogue.add_service, "X", replace(wanted, number_to=other.number_from + 5))
    act(staffed, catalogue.add_service, "X", replace(wanted, number_to=other.number_to))
    assert [staffed.take("A"), staffed.take("X")] == ["A001", "A002"]


def test_whose_numbers_come_from_one_series_is_known() -> None:
    def made(code: str, letter: str, last: int, retired: bool = False) -> Service:
        return Service(code=code, letter=letter, number_from=1, number_to=last, retired=retired)

    one, like = made("ONE", "A", 999), made("LIKE", "A", 999)
    others = [one, like, made("B", "B", 999), made("FEW", "A", 99), made("OLD", "A", 999, True)]
    assert catalogue.sharing(one, others) == [like]


def test_what_is_saved_unchanged_is_no_version(staffed: Staffed) -> None:
    stands = version(staffed)
    act(staffed, catalogue.change_service, "A", catalogue.offer_of(service(staffed, "A")))
    assert version(staffed) == stands


def test_a_service_is_retired_once_nobody_waits_and_keeps_its_past(staffed: Staffed) -> None:
    label = staffed.take("A")
    with refused(staffed, ServiceInUse.code):
        act(staffed, catalogue.retire, "A")
    staffed.serve(1)
    act(staffed, catalogue.retire, "A")
    offered = staffed.read(lambda work, office: services_of(work, office.id))
    assert "A" not in {each.code for each in offered}
    with refused(staffed, ServiceUnknown.code):
        staffed.take("A")
    assert staffed.status(label) == "done"
    act(staffed, catalogue.offer_again, "A")
    assert staffed.take("A") == "A002"


def test_the_order_changes_by_one_place(staffed: Staffed) -> None:
    def order() -> list[str]:
        found: list[str] = staffed.read(
            lambda work, office: [each.code for each in catalogue.all_services(work, office.id)]
        )
        return found

    first, second, *rest = order()
    act(staffed, catalogue.move_up, second)
    assert order() == [second, first, *rest]
    stands = version(staffed)
    act(staffed, catalogue.move_up, second)
    assert version(staffed) == stands
