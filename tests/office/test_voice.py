"""How an office speaks: what it may change, and what is refused with the reason."""

from typing import Any

import pytest

from office.errors import OfficeError
from office.journal import changes_after
from office.place import Office
from office.ready import SERVICES
from office.voice import (
    CHANGEABLE,
    VoiceSettings,
    alike,
    change_settings,
    check_stretches,
    check_template,
    settings_of,
)
from storage.work import Work
from tests.houses import Staffed


def change(staffed: Staffed, **values: Any) -> None:
    """Change some of the settings as the manager."""

    def act(work: Work, office: Office) -> None:
        kept = {name: getattr(settings_of(work, office.id), name) for name in CHANGEABLE}
        now = staffed.clock.now()
        change_settings(work, office, staffed.actors["manager"], now, kept | values)

    staffed.in_turn(act)


def settings(staffed: Staffed) -> VoiceSettings:
    """Return the office's settings."""
    found: VoiceSettings = staffed.read(lambda work, office: settings_of(work, office.id))
    return found


def test_an_office_that_changed_nothing_speaks_by_the_standard(staffed: Staffed) -> None:
    found = settings(staffed)
    assert (found.enabled, found.repeats, found.stamp) == (True, 1, 0)
    assert found.template("id").startswith("Nomor antrean {number}")


def test_a_change_is_kept_and_journalled_as_it_was_and_is(staffed: Staffed) -> None:
    before = staffed.read(lambda _work, office: office.version)
    change(staffed, repeats=2, templates={"id": " Panggilan {number} ke {counter} ", "en": ""})
    found = settings(staffed)
    assert (found.repeats, found.template("id")) == (2, "Panggilan {number} ke {counter}")
    assert found.template("en").startswith("Ticket number")
    [row] = staffed.read(lambda work, office: changes_after(work, office.id, before, 10))
    assert (row.kind, row.detail) == (
        "office_changed",
        {
            "part": "voice",
            "former": {"repeats": 1, "templates": {}},
            "present": {"repeats": 2, "templates": {"id": "Panggilan {number} ke {counter}"}},
        },
    )
    assert found.stamp == row.version


@pytest.mark.parametrize(
    ("template", "code", "names"),
    [
        ("Nomor {nomor} ke {counter}", "template_invalid", "{nomor}"),
        ("Nomor {number} ke {counter} {", "template_invalid", "{ }"),
        ("Nomor {number.real} {counter}", "template_invalid", "{number.real}"),
        ("Nomor {number} saja", "template_incomplete", "{counter}"),
        ("{counter}", "template_incomplete", "{number}"),
    ],
)
def test_a_sentence_nobody_can_say_is_refused_with_the_reason(
    template: str, code: str, names: str
) -> None:
    with pytest.raises(OfficeError) as refused:
        check_template("id", template)
    assert (refused.value.code, refused.value.facts["names"]) == (code, names)


def test_a_refused_change_leaves_all_as_it_was(staffed: Staffed) -> None:
    with pytest.raises(OfficeError):
        change(staffed, repeats=3, templates={"id": "{nobody}"})
    assert settings(staffed).repeats == 1


def stretch(begins: str, ends: str) -> dict[str, Any]:
    """Return a stretch of the day."""
    return {"from": begins, "to": ends, "volume": 40, "speech": True}


def test_stretches_may_touch_but_not_overlap_nor_end_before_they_begin() -> None:
    check_stretches([stretch("13:00", "14:00"), stretch("12:00", "13:00")])
    for wrong in (
        [stretch("12:00", "13:00"), stretch("12:30", "14:00")],
        [stretch("13:00", "12:00")],
        [stretch("13:00", "13:00")],
    ):
        with pytest.raises(OfficeError) as refused:
            check_stretches(wrong)
        assert refused.value.code == "stretches_wrong"


def test_letters_alike_by_ear_are_named_together() -> None:
    assert alike(["A", "B", "K", "T", "N"]) == ["BT"]
    assert alike(["MN"]) == ["MN"]
    assert alike("ACKL") == []


def test_the_sample_office_has_no_letters_alike_by_ear() -> None:
    assert alike(letter for _code, letter, *_ in SERVICES) == []
