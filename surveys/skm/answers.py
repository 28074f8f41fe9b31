"""What a cell of a sheet answers: a score, in figures or in the words of the form, or nothing."""

import math
import re
from functools import cache

from surveys.skm.elements import BY_KEY
from surveys.skm.index import Answer
from surveys.skm.naming import tokens_of

#: What sheets hold where nothing was answered.
NOTHING = {"", "-", "--", "\N{EN DASH}", "\N{EM DASH}", ".", "?", "#n/a"}
NOTHING_SAID = {"null", "none", "nil", "na", "n a", "nan", "kosong", "tidak diisi"}

#: Scales that offices print for every element alike, from 1 to 4, and what they are about.
USUAL = {
    ("tidak {}", "kurang {}", "{}", "sangat {}"): (
        *("baik", "puas", "memuaskan", "sesuai", "mudah", "cepat", "kompeten", "mampu", "sopan"),
        *("ramah", "sopan dan ramah", "jelas", "wajar", "lengkap"),
    ),
    ("not {}", "less {}", "{}", "very {}"): (
        *("good", "satisfied", "suitable", "easy", "quick", "fast", "competent", "polite"),
        *("clear", "fair"),
    ),
}
#: Digits of the longest number taken for one; a longer one may be somebody's own.
LONGEST = 9
#: Longest part of an unreadable cell that is told, and what of it never is.
SHOWN = 40
IDENTITY = re.compile(r"\d{16}")

WHOLE = re.compile(r"([+-]?\d{1,9})(?:[.,]0*)?")
FIGURE_FIRST = re.compile(r"[(\[]?([1-4])[)\]]?\s*[-.:=)]?\s*(\D+)")
FIGURE_LAST = re.compile(r"(\D+?)\s*[-:=]?\s*[(\[]([1-4])[)\]]")


def answer_in(cell: object, key: str) -> Answer:
    """Return what `cell` answers about the element `key`.

    A whole number comes back as it is, whether it is a score or not; None is no answer; text is
    what was found that is neither a number nor the wording of a score.
    """
    found = whole_in(cell)
    if not isinstance(found, str) or not isinstance(cell, str):
        return found
    score = wording(key).get(" ".join(tokens_of(cell)))
    # With its blanks made one: the patterns would try each way to part many of them.
    return score or _both(" ".join(cell.split()), key) or found


def whole_in(cell: object) -> Answer:
    """Return the whole number in `cell`; None where it is empty, else what was found."""
    if isinstance(cell, str):
        text = cell.strip()
        whole = WHOLE.fullmatch(text)
        if whole:
            return int(whole[1])
        if text.casefold() in NOTHING or " ".join(tokens_of(text)) in NOTHING_SAID:
            return None
    if isinstance(cell, float) and math.isnan(cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if type(cell) is int and len(str(abs(cell))) <= LONGEST:
        return cell
    return None if cell is None else shown(cell)


def shown(cell: object) -> str:
    """Return what a message may tell of `cell`: short, and no identity number."""
    text = IDENTITY.sub("[16 digits]", " ".join(str(cell).split()))
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}\N{HORIZONTAL ELLIPSIS}"


@cache
def wording(key: str) -> dict[str, int]:
    """Return the words that mean a score of the element `key`: the usual scales, then its own."""
    said = dict(usual())
    for score, words in enumerate(BY_KEY[key].answers, start=1):
        for each in words:
            said[" ".join(tokens_of(each))] = score
    if key == "perilaku":
        said |= {"kurang": 2, "sangat sopan dan sangat ramah": 4}
    return said


@cache
def usual() -> dict[str, int]:
    """Return the words of the scales that offices print for every element alike."""
    return {
        form.format(matter): score
        for scale, matters in USUAL.items()
        for matter in matters
        for score, form in enumerate(scale, start=1)
    }


def _both(text: str, key: str) -> int | None:
    """Return the score of a cell with figure and words, such as `3 - Sesuai`, if they agree."""
    first, last = FIGURE_FIRST.fullmatch(text), FIGURE_LAST.fullmatch(text)
    if first:
        figure, words = int(first[1]), first[2]
    elif last:
        figure, words = int(last[2]), last[1]
    else:
        return None
    return figure if wording(key).get(" ".join(tokens_of(words))) == figure else None
