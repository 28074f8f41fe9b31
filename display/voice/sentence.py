"""What a call says: a ticket and a counter turned into words, in Indonesian and in English.

Letters are given by their Indonesian names and numbers in words, because a voice reads words well
and codes badly: "007" runs together and "KTP" is read as one syllable.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from num2words import num2words  # type: ignore[import-untyped,unused-ignore]

from office.errors import TicketUnknown
from office.voice import TEMPLATES, Style

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


#: Where a template has the ticket and the counter.
_PLACES = re.compile(r"\{(number|counter)\}")


@dataclass(frozen=True)
class Piece:
    """A part of a sentence that is recorded by itself."""

    kind: Literal["phrase", "letter", "number", "name"]
    text: str


def sentence(
    label: str,
    counter: int,
    locale: str,
    *,
    style: Style = Style.DIGITS,
    counter_name: str | None = None,
    template: str = "",
) -> str:
    """Return what is said when the ticket `label` is called to a counter.

    A counter with a name of its own ("Ruang Perekaman") is called by it. `template` is the office's
    own sentence. Raises TicketUnknown when `label` is not the label of a ticket.
    """
    said = {
        "number": ", ".join(label_words(label, locale, style)),
        "counter": counter_words(counter, locale, counter_name),
    }
    return _PLACES.sub(lambda place: said[place[1]], template or TEMPLATES[locale])


def pieces(
    label: str,
    counter: int,
    locale: str,
    *,
    style: Style = Style.DIGITS,
    counter_name: str | None = None,
    template: str = "",
) -> list[Piece]:
    """Return the parts of `sentence`, in order, as an office would record them.

    Raises TicketUnknown when `label` is not the label of a ticket.
    """
    words = label_words(label, locale, style)
    letters = len(label) - len(label.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    ticket = [Piece("letter", each) for each in label[:letters]]
    ticket += _spoken_numbers(words[letters:])
    said = {"number": ticket, "counter": counter_pieces(counter, locale, counter_name)}
    made: list[Piece] = []
    for place, part in enumerate(_PLACES.split(template or TEMPLATES[locale])):
        made += said[part] if place % 2 else phrase(part)
    return made


def counter_pieces(counter: int, locale: str, name: str | None = None) -> list[Piece]:
    """Return the parts of a counter's name: "loket" and a number, or its own name whole."""
    if _is_own(name):
        own = _name_words(str(name), locale)
        # "Loket 3" is no name to record: it is made of the words every counter shares.
        if own.lower() != counter_words(counter, locale):
            return [Piece("name", own)]
    return [*phrase(_desk(locale)), *_spoken_numbers([_number(str(counter), locale)])]


def phrase(text: str) -> list[Piece]:
    """Return a fixed part of a sentence, without what is not heard; nothing if all of it."""
    heard = " ".join(re.findall(r"[\w'’-]+", text.lower()))
    return [Piece("phrase", heard)] if heard else []


def number_pieces(numbers: Iterable[int], locale: str) -> list[Piece]:
    """Return the words that all of `numbers` are made of, each once, in order."""
    return list(dict.fromkeys(_spoken_numbers(_number(str(each), locale) for each in numbers)))


def _spoken_numbers(words: Iterable[str]) -> list[Piece]:
    return [Piece("number", part) for each in words for part in each.split()]


def clock_words(hour: str, minute: str, locale: str) -> str:
    """Return a time of day in words: "sebelas lewat tiga puluh menit"."""
    hours, minutes = _number(hour, locale), _number(minute, locale)
    if locale == "en":
        if int(minute) == 0:
            return f"{hours} o'clock"
        return f"{hours} {'oh ' if minute[0] == '0' else ''}{minutes}"
    return hours if int(minute) == 0 else f"{hours} lewat {minutes} menit"


def label_words(label: str, locale: str, style: Style = Style.DIGITS) -> list[str]:
    """Return the words of a label, one for each letter and digit or number.

    Raises TicketUnknown when `label` is not the label of a ticket.
    """
    match = LABEL.fullmatch(label)
    if match is None:
        raise TicketUnknown(label=label)
    letters, digits = match.groups()
    words = [letter_word(letter, locale) for letter in letters]
    if style is Style.DIGITS:
        return words + [_number(digit, locale) for digit in digits]
    number = digits.lstrip("0")
    words += [_number("0", locale)] * (len(digits) - len(number))
    return [*words, _number(number, locale)] if number else words


def counter_words(counter: int, locale: str, name: str | None = None) -> str:
    """Return what a counter is called aloud: "loket tiga", or its own name in words."""
    if _is_own(name):
        return _name_words(str(name), locale)
    return f"{_desk(locale)} {_number(str(counter), locale)}"


def _is_own(name: str | None) -> bool:
    """Say whether a counter's name says more than its number."""
    return bool(name) and any(part.isalpha() for part in _PARTS.findall(str(name)))


def _desk(locale: str) -> str:
    return "counter" if locale == "en" else "loket"


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
            words += [letter_word(letter, locale) for letter in part.upper()]
        else:
            words.append(part.lower() if part.isupper() else part)
    return " ".join(words)


def _number_words(digits: str, locale: str) -> list[str]:
    """Return a number in words, or digit by digit when it is more of a code than a number."""
    parts = [digits] if len(digits) <= _LONGEST_NUMBER else list(digits)
    return [_number(each, locale) for each in parts]


def letter_word(letter: str, locale: str) -> str:
    """Return what a letter is called."""
    return letter if locale == "en" else LETTERS.get(letter, letter)


def _number(digits: str, locale: str) -> str:
    words: str = num2words(int(digits), lang="en" if locale == "en" else "id")
    return words.replace(",", "").replace("-", " ")
