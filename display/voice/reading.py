"""What a screen says, read aloud: for whoever listens instead of reading it."""

import re

from display.voice.sentence import LABEL, clock_words, label_words, letter_word

#: Characters of one text that are read at a time.
LONGEST = 400
_TICKET = re.compile(rf"\b{LABEL.pattern}\b")
_CLOCK = re.compile(r"\b([0-9]{1,2})[.:]([0-5][0-9])\b")
#: Short runs of capitals are letters to be named: KTP, KK, NIK. Longer ones are read as words.
_ABBREVIATION = re.compile(r"\b[A-Z]{2,4}\b")


def aloud(text: str, locale: str) -> str:
    """Return `text` as a voice reads it well: tickets, times and abbreviations in words."""
    timed = _CLOCK.sub(lambda found: clock_words(found[1], found[2], locale), text)
    numbered = _TICKET.sub(lambda found: f"{', '.join(label_words(found[0], locale))}", timed)
    return _ABBREVIATION.sub(
        lambda found: ", ".join(letter_word(letter, locale) for letter in found[0]), numbered
    )
