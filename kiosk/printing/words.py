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
    return_title: str
    return_scan: str
    return_missing: str
    return_from: str
    return_until: str
    return_undated: str
    return_once: str


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
    return_title="SLIP KEMBALI",
    return_scan="Pindai di mesin antrean, atau ketik kodenya",
    return_missing="Masih kurang:",
    return_from="Berlaku mulai {day}",
    return_until="Berlaku sampai {day}",
    return_undated="Tanggalnya belum dapat ditentukan. Silakan datang setelah dikabari kantor.",
    return_once="Kode berlaku satu kali, untuk mengambil nomor antrean.",
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
    return_title="RETURN SLIP",
    return_scan="Scan at the ticket machine, or type the code",
    return_missing="Still missing:",
    return_from="Valid from {day}",
    return_until="Valid until {day}",
    return_undated="No date can be said yet. Please come when the office tells you.",
    return_once="The code is valid once, to take a number.",
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
