"""The office's own texts of the slip: kept whole or not at all, on each database."""

import pytest

from kiosk.printing.slip_template import TemplateRefused, shipped
from kiosk.printing.slip_texts import SlipText, slip_text, write_slip_texts
from office.journal import Kind, changes_after
from office.people import Actor, Role
from office.place import Office
from office.turn import take_turn
from tests.kiosk.printing.conftest import MORNING, Desk

OWN = "# {{ number }}\nSelamat datang"


def write(desk: Desk, **texts: str) -> None:
    """Write the texts as a manager does."""
    with desk.store.work() as work:
        office = take_turn(work, desk.office_id, MORNING)
        write_slip_texts(work, office, manager(office), MORNING, texts)


def manager(office: Office) -> Actor:
    """Return somebody who may."""
    return Actor("manajer", office.id, Role.MANAGER, frozenset())


def texts(desk: Desk) -> list[str]:
    """Return what is printed, in Indonesian and English."""
    with desk.store.read() as work:
        return [slip_text(work, desk.office_id, locale) for locale in ("id", "en")]


def test_an_office_prints_its_own_text_until_it_takes_the_shipped_one_back(desk: Desk) -> None:
    assert texts(desk) == [shipped("id"), shipped("en")]
    write(desk, id=OWN + "  \r\n", en=shipped("en"))
    assert texts(desk) == [OWN + "\n", shipped("en")]
    write(desk, id=OWN, en="")
    write(desk, id="", en="")
    assert texts(desk) == [shipped("id"), shipped("en")]
    with desk.store.read() as work:
        assert work.session.query(SlipText).count() == 0
        changes = changes_after(work, desk.office_id, 0, 99)
    told = [each.detail for each in changes if each.kind == Kind.OFFICE_CHANGED]
    own: dict[str, object] = {"texts": {"id": OWN + "\n"}}
    none: dict[str, object] = {"texts": {}}
    assert told == [
        {"part": "slip", "former": none, "present": own},
        {"part": "slip", "former": own, "present": none},
    ]


def test_a_broken_text_leaves_every_old_one(desk: Desk) -> None:
    write(desk, id=OWN, en=OWN)
    with pytest.raises(TemplateRefused) as caught:
        write(desk, id="# {{ number }}\nlain", en="{{ nomor }}")
    assert caught.value.facts["fields"] == {"en": ["slip_place_unknown"]}
    assert texts(desk) == [OWN + "\n"] * 2
