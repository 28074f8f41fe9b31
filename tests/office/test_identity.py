"""A limit by applicant: what an identity number is, how often it is good, and that none is kept."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from office import identity, reception
from office.errors import OfficeError
from office.identity import IdentityKey, IdentityUse, Override, refuse_malformed
from office.kiosk_rules import Rules, set_rules
from office.place import Office
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused

NIK = "5203014107850003"
TODAY = date(2026, 11, 25)


@pytest.fixture
def asking(staffed: Staffed) -> Staffed:
    """An office that gives an applicant two numbers a day."""

    def act(work: Work, office: Office) -> None:
        wanted = Rules(per_identity=2)
        set_rules(work, office, staffed.actors["manager"], staffed.clock.now(), wanted)

    staffed.in_turn(act)
    return staffed


def admit(staffed: Staffed, nik: str = NIK) -> str:
    """Return the pass of an identity number."""
    told: str = staffed.in_turn(
        lambda work, office: identity.admit(work, office, staffed.clock.now(), nik)
    )
    return told


def take(
    staffed: Staffed, applicant: str | None, override: Override | None = None, who: str = "kiosk"
) -> str:
    """Take a number for an applicant; return its label."""

    def act(work: Work, office: Office) -> str:
        actor, now = staffed.actors[who], staffed.clock.now()
        return reception.take(
            work, office, actor, now, "A", applicant=applicant, override=override
        )[0].label

    return str(staffed.in_turn(act))


@pytest.mark.parametrize(
    "nik",
    [
        *("520301410785000", "52030141078500033", "52030141078500o3", "٥٢٠٣٠١٤١٠٧٨٥٠٠٠٣"),
        *("0003014107850003", "5200014107850003", "5203004107850003", "5203014107850000"),
        *("5203013202850003", "5203017207850003", "5203014113850003", "5203013002850003"),
        "5203010000850003",
    ],
)
def test_what_cannot_be_an_identity_number_is_refused(nik: str) -> None:
    with pytest.raises(OfficeError) as problem:
        refuse_malformed(nik, TODAY)
    assert problem.value.code == "identity_wrong"


@pytest.mark.parametrize(
    "nik", [NIK, "5203010107850003", "3201012902000001", "5203012511260001", "5203016911290001"]
)
def test_every_day_of_birth_of_the_last_hundred_years_is_one(nik: str) -> None:
    refuse_malformed(nik, TODAY)


def test_an_applicant_has_so_many_numbers_a_day_and_the_reception_gives_more(
    asking: Staffed,
) -> None:
    with refused(asking, "identity_needed"):
        take(asking, None)
    mine = admit(asking)
    assert [take(asking, mine), take(asking, mine)] == ["A001", "A002"]
    with refused(asking, "identity_spent"):
        take(asking, mine)
    with refused(asking, "identity_spent"):
        admit(asking)
    with refused(asking, "not_allowed"):
        take(asking, mine, Override.FAMILY)
    assert take(asking, mine, Override.FAMILY, "manager") == "A003"
    assert last_change(asking)["identity"] == "family"
    assert take(asking, None, Override.NO_CARD, "manager") == "A004"
    assert take(asking, admit(asking, "5203010107850004")) == "A005"


def test_a_pass_that_the_office_did_not_make_is_none(asking: Staffed) -> None:
    mine = admit(asking)
    for forged in ("", "0" * 64, "é" * 64, mine[:-1] + ("0" if mine[-1] != "0" else "1")):
        with refused(asking, "identity_needed"):
            take(asking, forged)


def test_nothing_of_an_identity_number_outlives_its_day(asking: Staffed) -> None:
    former = admit(asking)
    take(asking, former)
    asking.clock.moment += timedelta(days=1)
    assert admit(asking) != former
    with refused(asking, "identity_needed"):
        take(asking, former)

    def kept(work: Work, office: Office) -> tuple[list[date], int]:
        mine = IdentityKey.office_id == office.id
        days = list(work.session.scalars(select(IdentityKey.day).where(mine)))
        uses = work.session.scalars(select(IdentityUse).where(IdentityUse.office_id == office.id))
        return days, len(list(uses))

    assert asking.read(kept) == ([TODAY + timedelta(days=1)], 0)


def test_an_office_that_asks_nobody_keeps_nothing(staffed: Staffed) -> None:
    assert take(staffed, None) == "A001"
    assert "identity" not in last_change(staffed)
