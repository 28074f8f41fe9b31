"""The ways to end that an office has: added, reordered, retired instead of deleted."""

from dataclasses import replace
from typing import Any

import pytest

from office import endings, serving
from office.console import console
from office.endings import Ending, Endings
from office.outcomes import Follow
from office.place import counter_numbered
from tests.houses import Staffed
from tests.office.observing import last_change, refused, version

PHOTO = Ending(
    "photo_missing", {"id": "Foto kurang", "en": "No photo"}, Follow.PAPERS, False, False
)


def stands(staffed: Staffed) -> Endings:
    """Return the endings as they are."""
    found: Endings = staffed.read(endings.endings_of)
    return found


def change(staffed: Staffed, by: str = "manager", **changes: Any) -> Endings:
    """Change some of it; return how it stands."""
    wanted = replace(stands(staffed), **changes)
    actor, now = staffed.actors[by], staffed.clock.now()
    staffed.in_turn(lambda work, office: endings.set_endings(work, office, actor, now, wanted))
    return stands(staffed)


def offered(staffed: Staffed) -> list[str]:
    """Return the codes that the console of counter 1 offers."""
    told: dict[str, Any] = staffed.read(
        lambda work, office: console(
            work, office, counter_numbered(work, office.id, 1), staffed.clock.now()
        )
    )
    return [each["code"] for each in told["outcomes"]]


def test_a_new_way_to_end_is_offered_and_taken_at_once(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    change(staffed, outcomes=[PHOTO, *stands(staffed).outcomes], mandatory=True)
    assert offered(staffed)[:2] == ["photo_missing", "done"]
    with refused(staffed, "outcome_missing"):
        staffed.at(1, serving.finish)
    staffed.at(1, serving.finish, "photo_missing", [0])
    assert last_change(staffed)["outcome"] == "photo_missing"


def test_what_is_left_out_is_retired_and_no_longer_taken(staffed: Staffed) -> None:
    there = stands(staffed).outcomes
    after = change(staffed, outcomes=there[:2])
    assert [each.code for each in after.outcomes if not each.retired] == [
        each.code for each in there[:2]
    ]
    assert {each.code for each in after.outcomes} == {each.code for each in there}
    staffed.take()
    staffed.next(1)
    with refused(staffed, "outcome_unknown"):
        staffed.at(1, serving.finish, there[3].code)


def test_the_journal_tells_who_changed_it_without_names(staffed: Staffed) -> None:
    change(staffed, return_days=30)
    told = last_change(staffed)
    assert (told["kind"], told["part"]) == ("office_changed", "endings")
    assert (told["former"]["return_days"], told["present"]["return_days"]) == (14, 30)
    assert "Selesai" not in str(told)
    before = version(staffed)
    change(staffed, return_days=30)
    assert version(staffed) == before


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(PHOTO, code="no_show"), "outcome_code_wrong"),
        (replace(PHOTO, code="left_early"), "outcome_code_wrong"),
        (replace(PHOTO, code="done"), "outcome_code_wrong"),
        (replace(PHOTO, code="Foto!"), "outcome_code_wrong"),
        (replace(PHOTO, names={"id": "Foto kurang"}), "outcome_unnamed"),
        (replace(PHOTO, names={"id": "Foto kurang", "en": " "}), "outcome_unnamed"),
        (replace(PHOTO, is_default=True), "outcome_default_wrong"),
    ],
    ids=["taken", "beginning", "twice", "letters", "one_language", "blank", "two_usual"],
)
def test_a_wrong_way_to_end_is_refused(staffed: Staffed, wrong: Ending, code: str) -> None:
    with refused(staffed, code):
        change(staffed, outcomes=[*stands(staffed).outcomes, wrong])


def test_the_usual_way_is_never_a_retired_one(staffed: Staffed) -> None:
    first, *others = stands(staffed).outcomes
    with refused(staffed, "outcome_default_wrong"):
        change(staffed, outcomes=[replace(first, retired=True), *others])


def test_a_clerk_does_not_change_how_visits_end(staffed: Staffed) -> None:
    with refused(staffed, "not_allowed"):
        change(staffed, by="1", mandatory=True)
    with refused(staffed, "input_invalid"):
        change(staffed, return_places=51)
