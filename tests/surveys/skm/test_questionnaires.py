"""Versions of the questionnaire: other words, never fewer elements."""

from collections.abc import Callable

import pytest

from surveys.skm import questionnaires
from surveys.skm.elements import ELEMENTS, Words
from surveys.skm.questionnaires import LONGEST, MOST, STANDARD, Questionnaire
from tests.houses import Staffed
from tests.office.observing import refused

Wording = dict[str, list[Words]]


def wording() -> Wording:
    """Return the standard wording by element."""
    return {each.key: [each.question] for each in ELEMENTS}


def ask(staffed: Staffed, wanted: Wording, actor: str = "manager") -> Questionnaire:
    """Put a wording in force."""
    made: Questionnaire = staffed.in_turn(
        lambda work, office: questionnaires.put_in_force(
            work, office, staffed.actors[actor], staffed.clock.now(), wanted
        )
    )
    return made


def now(staffed: Staffed) -> Questionnaire:
    """Return what is asked."""
    found: Questionnaire = staffed.read(
        lambda work, office: questionnaires.asked_now(work, office.id)
    )
    return found


def test_another_wording_is_another_version_and_the_former_stays(staffed: Staffed) -> None:
    assert now(staffed) is STANDARD
    wanted = wording()
    wanted["waktu"].append(Words("Apakah dipanggil tepat waktu?", "Were you called in time?"))
    assert ask(staffed, wanted).number == 1
    assert ask(staffed, wording()).number == 2
    assert len(now(staffed).questions) == 9
    first = staffed.read(lambda work, office: questionnaires.numbered(work, office.id, 1))
    assert [each.field for each in first.questions][2:5] == ["waktu-0", "waktu-1", "biaya-0"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda wanted: wanted.pop("pengaduan"),
        lambda wanted: wanted["biaya"].clear(),
        lambda wanted: wanted["biaya"].extend([Words("a", "b")] * MOST),
        lambda wanted: wanted["biaya"].append(Words("Satu bahasa saja", " ")),
        lambda wanted: wanted["biaya"].append(Words("a" * (LONGEST + 1), "b")),
        lambda wanted: wanted.update(kesepuluh=[Words("a", "b")]),
    ],
)
def test_no_element_is_lost_and_none_added(
    staffed: Staffed, spoil: Callable[[Wording], object]
) -> None:
    wanted = wording()
    spoil(wanted)
    with refused(staffed, "input_invalid"):
        ask(staffed, wanted)
    assert now(staffed) is STANDARD


def test_only_a_manager_words_it(staffed: Staffed) -> None:
    with refused(staffed, "not_allowed"):
        ask(staffed, wording(), "1")
