"""What a call says: a ticket and a counter turned into words, in Indonesian and in English.

Letters are given by their Indonesian names and numbers in words, because a voice reads words well
and codes badly: "007" runs together and "KTP" is read as one syllable.
"""

import re
from enum import StrEnum

from num2words import num2words  # type: ignore[import-untyped,unused-ignore]

from office.errors import TicketUnknown

#: The languages a call can be spoken in.
LOCALES = ("id", "en")

#: What a ticket's label looks like.
LABEL = re.compile(r"([A-Z]{1,2})([0-9]{1,5})")

LETTERS = {
    "A": "a",
    "B": "be",
    "C": "ce",
    "D": "de",
    "E": "e",
    "F": "ef",
    "G": "ge",
    "H": "ha",
    "I": "i",
    "J": "je",
    "K": "ka",
    "L": "el",
    "M": "em",
    "N": "en",
    "O": "o",
    "P": "pe",
    "Q": "ki",
    "R": "er",
    "S": "es",
    "T": "te",
    "U": "u",
    "V": "fe",
    "W": "we",
    "X": "eks",
    "Y": "ye",
    "Z": "zet",
}

#: Longest run of capitals that is spelled rather than read.
_ABBREVIATION = 4

#: Most digits of a number in a name that is read as a number.
_LONGEST_NUMBER = 4

_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")

#: No vowel, or two consonants at the end: nothing an Indonesian word does, "ng" apart.
_UNREADABLE = re.compile(r"[^AEIOU]+|.*(?!NG)[^AEIOU]{2}")


class Style(StrEnum):
    """How the number of a ticket is read."""

    #: "A, nol, satu, dua": clearest.
    DIGITS = "digits"
    #: "A, nol, dua belas": the leading zeros, then the number.
    NUMBER = "number"


def sentence(
    label: str,
    counter: int,
    locale: str,
    *,
    style: Style = Style.DIGITS,
    counter_name: str | None = None,
) -> str:
    """Return what is said when the ticket `label` is called to a counter.

    A counter with a name of its own ("Ruang Perekaman") is called by it. Raises TicketUnknown when
    `label` is not the label of a ticket.
    """
    ticket = ", ".join(label_words(label, locale, style))
    place = counter_words(counter, locale, counter_name)
    if locale == "en":
        return f"Ticket number {ticket}, please go to {place}."
    return f"Nomor antrean {ticket}, silakan menuju {place}."


def label_words(label: str, locale: str, style: Style = Style.DIGITS) -> list[str]:
    """Return the words of a label, one for each letter and digit or number.

    Raises TicketUnknown when `label` is not the label of a ticket.
    """
    match = LABEL.fullmatch(label)
    if match is None:
        raise TicketUnknown(label=label)
    letters, digits = match.groups()
    words = [_letter(letter, locale) for letter in letters]
    if style is Style.DIGITS:
        return words + [_number(digit, locale) for digit in digits]
    number = digits.lstrip("0")
    words += [_number("0", locale)] * (len(digits) - len(number))
    return [*words, _number(number, locale)] if number else words


def counter_words(counter: int, locale: str, name: str | None = None) -> str:
    """Return what a counter is called aloud: "loket tiga", or its own name in words."""
    if name and any(part.isalpha() for part in _PARTS.findall(name)):
        return _name_words(name, locale)
    desk = "counter" if locale == "en" else "loket"
    return f"{desk} {_number(str(counter), locale)}"


def _name_words(name: str, locale: str) -> str:
    """Return a name with its numbers and abbreviations in words."""
    shouted = name == name.upper()
    words = []
    for part in _PARTS.findall(name):
        if part[0] in "0123456789":
            words += _number_words(part, locale)
        elif len(part) == 1 or (
            part.isupper()
            and len(part) <= _ABBREVIATION
            and not (shouted and _UNREADABLE.fullmatch(part) is None)
        ):
            words += [_letter(letter, locale) for letter in part.upper()]
        else:
            words.append(part.lower() if part.isupper() else part)
    return " ".join(words)


def _number_words(digits: str, locale: str) -> list[str]:
    """Return a number in words, or digit by digit when it is more of a code than a number."""
    parts = [digits] if len(digits) <= _LONGEST_NUMBER else list(digits)
    return [_number(each, locale) for each in parts]


def _letter(letter: str, locale: str) -> str:
    return letter if locale == "en" else LETTERS.get(letter, letter)


def _number(digits: str, locale: str) -> str:
    words: str = num2words(int(digits), lang="en" if locale == "en" else "id")
    return words.replace(",", "").replace("-", " ")
