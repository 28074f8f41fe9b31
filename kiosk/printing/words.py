"""The words on paper, per language; a slip is in its ticket's language, not in the request's."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Every text that can stand on a slip."""

    reprint: str
    rehearsal: str
    test: str
    clock: str
    code: str
    with_files: str
    return_title: str
    return_scan: str
    return_missing: str
    return_from: str
    return_until: str
    return_undated: str
    return_once: str


INDONESIAN = Words(
    reprint="CETAK ULANG",
    rehearsal="LATIHAN - NOMOR INI TIDAK BERLAKU",
    test="UJI CETAK",
    clock="%H.%M %Z",
    code="Kode penilaian: {code}",
    with_files="{service} ({count} berkas)",
    return_title="SLIP KEMBALI",
    return_scan="Pindai di mesin antrean, atau ketik kodenya",
    return_missing="Masih kurang:",
    return_from="Berlaku mulai {day}",
    return_until="Berlaku sampai {day}",
    return_undated="Tanggalnya belum dapat ditentukan. Silakan datang setelah dikabari kantor.",
    return_once="Kode berlaku satu kali, untuk mengambil nomor antrean.",
)

ENGLISH = Words(
    reprint="REPRINT",
    rehearsal="REHEARSAL - THIS NUMBER IS NOT VALID",
    test="PRINT TEST",
    clock="%H:%M %Z",
    code="Rating code: {code}",
    with_files="{service} ({count} files)",
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


def rounded_minutes(seconds: float) -> int:
    """Return minutes as people can use them: one by one up to ten, then up to the next five."""
    minutes = seconds / 60
    if minutes <= 10:
        return max(1, round(minutes))
    return math.ceil(minutes / 5) * 5


def usual_minutes(
    median_s: float | None, p90_s: float | None
) -> tuple[int, int] | tuple[None, None]:
    """Return the usual wait and the one nine in ten stay under, in minutes as people use them."""
    if median_s is None or p90_s is None:
        return None, None
    usual = rounded_minutes(median_s)
    return usual, max(rounded_minutes(p90_s), usual + 1)
