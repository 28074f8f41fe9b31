"""Passwords: hashed, long enough, and checked alike whether the account exists or not."""

from collections.abc import Callable

import pytest

from office import passwords
from office.errors import AccountUnknown
from office.passwords import (
    PasswordCommon,
    PasswordTooShort,
    account_named,
    hash_password,
    matches,
    new_password,
)
from office.people import Account
from tests.houses import Staffed


def test_only_the_password_itself_matches_its_hash() -> None:
    hashed = hash_password("rahasia sekali")
    assert hashed.startswith("$argon2id$")
    assert matches(hashed, "rahasia sekali")
    assert not matches(hashed, "rahasia sekal1")


def test_without_an_account_the_check_is_made_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hashed: list[str] = []

    class Hasher:
        def hash(self, password: str) -> str:
            hashed.append(password)
            return ""

    monkeypatch.setattr(passwords, "_hasher", Hasher())
    assert not matches(None, "rahasia sekali")
    assert hashed == ["rahasia sekali"]


def test_what_is_no_hash_matches_nothing() -> None:
    assert not matches("none", "rahasia sekali")


def test_a_short_password_is_refused() -> None:
    with pytest.raises(PasswordTooShort) as refusal:
        hash_password("123456789")
    assert refusal.value.code == "password_too_short"


def test_a_new_password_is_long_random_and_easy_to_read_out() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(each) == 19 and not set(each) & set("l1o0") for each in made)


def test_an_account_is_found_by_its_name_however_it_is_written(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    other = make_staffed()
    codes = [each.read(lambda _work, office: (office.code, office.id)) for each in (staffed, other)]
    for code, office_id in codes:
        name = f" Petugas1@{code} "
        with staffed.store.read() as work:
            found = account_named(work, name)
        assert (found.name, found.office_id) == ("Petugas 1", office_id)
    for name in ("petugas1", "petugas99", f"petugas99@{codes[0][0]}", "petugas1@nowhere", "@"):
        with pytest.raises(AccountUnknown), staffed.store.read() as work:
            account_named(work, name)


def test_a_new_password_ends_the_sessions_of_the_old_one() -> None:
    account = Account(password_hash="old", generation=3)
    passwords.set_password(account, "new")
    assert (account.password_hash, account.generation) == ("new", 4)


KNOWN = ("budi.santoso", "Budi Santoso", "dukcapil", "Dukcapil Lombok Barat")


@pytest.mark.parametrize(
    "password",
    [
        *("password123", "antrean123", "1234567890", "qwertyuiop", "P@ssw0rd2026", "aaaaaaaaaaaa"),
        *("Dukcapil2026", "lombokbarat1", "budi.santoso", "SantosoBudi1", "bismillah123"),
        "0123456789" * 20,
    ],
)
def test_what_others_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordCommon):
        hash_password(password, *KNOWN)


@pytest.mark.parametrize("password", ["tiga kucing di pagar", "kunci-loket-2026", "x7Qm2vLp9d"])
def test_what_nobody_guesses_is_accepted_whatever_signs_it_has(password: str) -> None:
    assert matches(hash_password(password, *KNOWN), password)
