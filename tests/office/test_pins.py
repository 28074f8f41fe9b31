"""PINs: which are taken, and whose they are."""

import pytest

from office import pins
from office.errors import AccountUnknown
from office.passwords import set_password
from office.people import RIGHTS, Right, Role, at_counters
from office.place import Office
from storage.work import Work
from tests.houses import Staffed


@pytest.mark.parametrize(
    "pin", ["12345", "1234567", "12345a", "123456", "876543", "777777", "121212"]
)
def test_a_pin_is_six_digits_that_nobody_tries_first(pin: str) -> None:
    with pytest.raises(pins.PinRefused):
        pins.hash_pin(pin)


def test_a_pin_is_kept_as_a_hash_and_goes_with_the_password(staffed: Staffed) -> None:
    def choose(work: Work, office: Office) -> None:
        account = pins.colleague_named(work, office.id, " Petugas1 ")
        with pytest.raises(pins.PinUnset):
            pins.is_pin(account, "280145")
        account.pin_hash = pins.hash_pin("280145")
        assert "280145" not in account.pin_hash
        assert pins.is_pin(account, "280145")
        assert not pins.is_pin(account, "280146")
        set_password(account, account.password_hash)
        assert account.pin_hash is None

    staffed.in_turn(choose)


def test_a_closed_account_is_no_colleague(staffed: Staffed) -> None:
    def close(work: Work, office: Office) -> None:
        pins.colleague_named(work, office.id, "petugas1").active = False
        work.session.flush()
        with pytest.raises(AccountUnknown):
            pins.colleague_named(work, office.id, "petugas1")

    staffed.in_turn(close)


def test_a_pin_opens_neither_settings_nor_reports(staffed: Staffed) -> None:
    manager = at_counters(staffed.actors["manager"])
    assert manager.rights == RIGHTS[Role.SUPERVISOR]
    assert not manager.may(Right.MANAGE)
    assert not manager.may(Right.READ_REPORTS)
    assert at_counters(staffed.actors["1"]).rights == staffed.actors["1"].rights
