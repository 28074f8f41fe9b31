"""What a call says, in words."""

import re
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words  # type: ignore[import-untyped,unused-ignore]

from display.voice.sentence import (
    LETTERS,
    LOCALES,
    counter_words,
    label_words,
    sentence,
)
from office.errors import TicketUnknown
from office.voice import Style

labels = st.from_regex(r"[A-Z]{1,2}[0-9]{1,5}", fullmatch=True)
locales = st.sampled_from(LOCALES)
styles = st.sampled_from(Style)

#: Everything the Indonesian numbers up to 99,999 are made of, and what it is worth.
UNITS = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5,
    "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
}  # fmt: skip


def value_of(words: list[str]) -> int:
    """Read an Indonesian number below a million back."""
    total = group = unit = 0
    for word in words:
        match word:
            case "nol":
                pass
            case "sepuluh" | "sebelas":
                group += 10 if word == "sepuluh" else 11
            case "seratus":
                group += 100
            case "seribu":
                total += 1000
            case "belas":
                group, unit = group + 10 + unit, 0
            case "puluh":
                group, unit = group + 10 * unit, 0
            case "ratus":
                group, unit = group + 100 * unit, 0
            case "ribu":
                total, group, unit = total + 1000 * (group + unit), 0, 0
            case _:
                unit = UNITS[word]
    return total + group + unit


def test_a_call_is_spoken_in_the_words_of_an_indonesian_office() -> None:
    assert sentence("A012", 3, "id") == (
        "Nomor antrean a, nol, satu, dua, silakan menuju loket tiga."
    )


def test_a_call_is_spoken_in_english() -> None:
    assert sentence("A012", 3, "en") == (
        "Ticket number A, zero, one, two, please go to counter three."
    )


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("A012", "a nol dua belas"),
        ("B007", "be nol nol tujuh"),
        ("C010", "ce nol sepuluh"),
        ("D011", "de nol sebelas"),
        ("E100", "e seratus"),
        ("F111", "ef seratus sebelas"),
        ("G020", "ge nol dua puluh"),
        ("K1000", "ka seribu"),
        ("AX000", "a eks nol nol nol"),
    ],
)
def test_in_the_number_style_zeros_come_first_and_then_the_number(label: str, said: str) -> None:
    assert " ".join(label_words(label, "id", Style.NUMBER)) == said


def test_letters_have_their_indonesian_names() -> None:
    names = "a be ce de e ef ge ha i je ka el em en o pe ki er es te u fe we eks ye zet"
    assert " ".join(LETTERS[each] for each in ascii_uppercase) == names
    assert " ".join(label_words(f"{each}1", "id")[0] for each in ascii_uppercase) == names


@given(labels, st.integers(1, 99), locales, styles)
def test_every_label_is_spoken_in_words_only(
    label: str, counter: int, locale: str, style: Style
) -> None:
    said = sentence(label, counter, locale, style=style)
    assert re.fullmatch(r"[A-Za-z ,]+\.", said)
    assert ", ," not in said and "  " not in said


@given(labels)
def test_digits_are_spoken_one_by_one(label: str) -> None:
    digits = [each for each in label if each.isdigit()]
    said = label_words(label, "id", Style.DIGITS)[-len(digits) :]
    assert said == [num2words(int(digit), lang="id") for digit in digits]


@given(labels)
def test_a_spoken_number_means_the_number_on_the_ticket(label: str) -> None:
    digits = label.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    said = " ".join(label_words(label, "id", Style.NUMBER)[len(label) - len(digits) :]).split()
    assert value_of(said) == int(digits)
    zeros = len(digits) - len(digits.lstrip("0"))
    assert said[:zeros] == ["nol"] * zeros and "nol" not in said[zeros:]


@pytest.mark.parametrize(
    "label", ["", "012", "A", "ABC1", "a012", "A-012", "A012 ", "A012\n", "A123456", "A٣", "Ä1"]
)
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(TicketUnknown):
        sentence(label, 1, "id")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (None, "loket sebelas"),
        ("", "loket sebelas"),
        ("11", "loket sebelas"),
        ("Loket 3", "Loket tiga"),
        ("LOKET TIGA", "loket tiga"),
        ("Meja 3A", "Meja tiga a"),
        ("Ruang Perekaman", "Ruang Perekaman"),
        ("Loket KTP-el", "Loket ka te pe el"),
        ("IKD", "i ka de"),
        ("RUANG 12", "ruang dua belas"),
    ],
)
def test_a_counter_is_called_by_its_name_in_words(name: str | None, said: str) -> None:
    assert counter_words(11, "id", name) == said


def test_a_named_counter_is_called_by_its_name_in_english() -> None:
    assert sentence("A1", 4, "en", counter_name="Photo Room 2").endswith("go to Photo Room two.")
    assert sentence("A1", 4, "en", counter_name="4").endswith("go to counter four.")


@given(st.text(max_size=40), st.integers(1, 999), locales)
def test_whatever_a_counter_is_named_no_digit_is_left(name: str, counter: int, locale: str) -> None:
    said = counter_words(counter, locale, name)
    assert said.strip()
    assert not re.search("[0-9]", said)
