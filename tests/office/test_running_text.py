"""The running text: tidy, in each language, told to every screen."""

import pytest

from office.errors import Invalid
from office.journal import Kind, changes_after
from office.place import Names
from office.running_text import LONGEST, write_running_text
from tests.houses import Staffed


def write(staffed: Staffed, texts: Names) -> list[str]:
    """Write the text as a manager; return the kinds of what the journal says of it."""
    before = staffed.read(lambda _work, office: office.version)
    staffed.in_turn(
        lambda work, office: write_running_text(
            work, office, staffed.actors["manager"], staffed.clock.now(), texts
        )
    )
    rows = staffed.read(lambda work, office: changes_after(work, office.id, before, 10))
    return [row.kind for row in rows]


def test_it_is_kept_tidy_and_told_once(staffed: Staffed) -> None:
    said = {"id": "  Bawa   KK asli.\r\n\r\n Terima kasih. ", "en": " \n"}
    assert write(staffed, said) == [Kind.OFFICE_CHANGED.value]
    kept = staffed.read(lambda _work, office: office.running_text)
    assert kept == {"id": "Bawa KK asli.\nTerima kasih."}
    assert write(staffed, said) == []


def test_one_too_long_is_refused_and_the_former_stays(staffed: Staffed) -> None:
    former = staffed.read(lambda _work, office: office.running_text)
    with pytest.raises(Invalid):
        write(staffed, {"id": "x" * (LONGEST + 1)})
    assert staffed.read(lambda _work, office: office.running_text) == former
