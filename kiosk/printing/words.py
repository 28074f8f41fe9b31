"""The words on paper, per language; a slip is in its ticket's language, not in the request's."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Every text that can stand on a slip."""

    number: str
    priority: str
    nobody_ahead: str
    one_ahead: str
    many_ahead: str
    wait: str
    usual: str
    please_wait: str
    follow: str
    reprint: str
    rehearsal: str
    test: str
    clock: str
    taken: str


INDONESIAN = Words(
    number="NOMOR ANTREAN",
    priority="PRIORITAS",
    nobody_ahead="Tidak ada antrean di depan Anda",
    one_ahead="1 orang di depan Anda",
    many_ahead="{count} orang di depan Anda",
    wait="Lama tunggu: {wait}",
    usual="biasanya {median} menit, 9 dari 10 orang kurang dari {p90} menit",
    please_wait="Silakan menunggu hingga nomor Anda dipanggil.",
    follow="Pindai untuk memantau antrean dari ponsel",
    reprint="CETAK ULANG",
    rehearsal="LATIHAN - NOMOR INI TIDAK BERLAKU",
    test="UJI CETAK",
    clock="%H.%M %Z",
    taken="Diambil pukul {time}",
)

ENGLISH = Words(
    number="QUEUE NUMBER",
    priority="PRIORITY",
    nobody_ahead="Nobody is waiting ahead of you",
    one_ahead="1 person ahead of you",
    many_ahead="{count} people ahead of you",
    wait="Wait: {wait}",
    usual="usually {median} minutes, under {p90} for 9 in 10",
    please_wait="Please wait until your number is called.",
    follow="Scan to follow the queue on your phone",
    reprint="REPRINT",
    rehearsal="REHEARSAL - THIS NUMBER IS NOT VALID",
    test="PRINT TEST",
    clock="%H:%M %Z",
    taken="Taken at {time}",
)


def words_in(locale: str) -> Words:
    """Return the words in `locale` ("id", "en", "en-GB"), else in Indonesian."""
    return ENGLISH if locale.lower().startswith("en") else INDONESIAN


def ahead(words: Words, count: int) -> str:
    """Say how many people are ahead."""
    if count <= 0:
        return words.nobody_ahead
    return words.one_ahead if count == 1 else words.many_ahead.format(count=count)


def usual(words: Words, median_s: int | None, p90_s: int | None) -> str:
    """Say the usual wait and the one nine in ten stay under; nothing when it is not known."""
    if median_s is None or p90_s is None:
        return ""
    median = rounded_minutes(median_s)
    return words.usual.format(median=median, p90=max(rounded_minutes(p90_s), median + 1))


def rounded_minutes(seconds: float) -> int:
    """Return minutes as people can use them: one by one up to ten, then up to the next five."""
    minutes = seconds / 60
    if minutes <= 10:
        return max(1, round(minutes))
    return math.ceil(minutes / 5) * 5
