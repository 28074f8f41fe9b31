"""Which element a heading means: by its name, however an office writes it, else by its number."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import filterfalse

from surveys.skm.elements import BY_NUMBER


def words(text: str) -> frozenset[str]:
    """Return the set of the words in `text`."""
    return frozenset(text.split())


#: The words by which an element is known, in Indonesian and in English.
KNOWN_BY = {
    "persyaratan": words("persyaratan syarat requirement requirements"),
    "prosedur": words("prosedur mekanisme procedure procedures mechanism"),
    "waktu": words("waktu time timeliness"),
    "biaya": words("biaya tarif fee fees cost costs tariff price"),
    "produk": words("produk product products"),
    "kompetensi": words("kompetensi kemampuan competence competency ability skills"),
    "perilaku": words(
        "perilaku kesopanan keramahan behaviour behavior conduct courtesy politeness friendliness"
    ),
    "sarana": words("sarana prasarana sarpras facilities facility infrastructure"),
    "pengaduan": words("pengaduan aduan complaint complaints"),
}

#: Words that may stand beside an element's own without another matter being meant.
BESIDE = words(
    """
    pelayanan layanan pelayanannya petugas pelaksana unit unsur jenis dan atau nilai skor jawaban
    kualitas kesesuaian kemudahan kewajaran kejelasan kepastian kecepatan ketepatan jangka
    penyelesaian sistem spesifikasi hasil standar penanganan saran masukan apresiasi fasilitas
    penunjang pengguna dalam dengan untuk score answer element the of and for in to staff officer
    officers service services quality system completion type specification handling suggestions
    feedback speed
    """
)

#: Words of a whole question, in which an element's word counts wherever it stands.
ASKING = words("bagaimana pendapat menurut seberapa apakah how what was were did")

#: Words of a column that holds something about the answers, not the answers.
ABOUT = words(
    """
    alasan penjelasan jelaskan keterangan komentar catatan reason reasons comment comments why
    explanation note notes nrr ikm rata rerata bobot tertimbang jumlah total average mean weighted
    weight sum
    """
)

#: What the first cell of a sheet's sums says.
SUMS = words(
    """
    jumlah jml total nrr ikm skm rata rerata nilai indeks index mutu kinerja bobot average mean sum
    """
)

NUMBERED = re.compile(r"(unsur|element|u|pertanyaan|question|soal|q|p)0?(\d{1,2})[a-d]?")


@dataclass(frozen=True)
class Meaning:
    """What a heading says: an element, or an item with a number that is none of the nine."""

    key: str | None
    #: The number it carries; 8 beside the name of the ninth element is seen in the field.
    number: int | None = None
    #: Known by its name, which goes before its number.
    named: bool = False
    #: Numbered as elements are, U1 and on, not as questions may be.
    as_element: bool = False


def tokens_of(text: str) -> list[str]:
    """Return the plain lower-case words and numbers of `text`."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall("[a-z0-9]+", "".join(filterfalse(unicodedata.combining, plain)))


def meaning_of(heading: object) -> Meaning | None:
    """Return what `heading` means, or None where it has nothing to do with an element.

    A name goes before a number: forms put facilities eighth and complaints ninth, reports the
    other way round, and some number their columns after the report.
    """
    if not isinstance(heading, str):
        return None
    tokens = tokens_of(heading)
    if not tokens or ABOUT.intersection(tokens):
        return None
    match, beside = _numbered(tokens)
    named = {key for key, known in KNOWN_BY.items() if known.intersection(beside)}
    number = int(match[2]) if match else None
    as_element = match is not None and match[1] in ("u", "unsur", "element")
    loose = number is not None or ASKING.intersection(beside)
    if len(named) == 1 and (loose or _only(named, beside)):
        return Meaning(named.pop(), number, True, as_element)
    if number is None:
        return None
    return Meaning(BY_NUMBER.get(number), number, False, as_element)


def is_sum(label: object) -> bool:
    """Say whether a line that begins with `label` holds sums or means, not somebody's answers."""
    tokens = tokens_of(label) if isinstance(label, str) else []
    return bool(tokens) and tokens[0] in SUMS


def _numbered(tokens: list[str]) -> tuple[re.Match[str] | None, list[str]]:
    """Return the number at the start or the end of `tokens`, and the words beside it."""
    joined = [*tokens]
    if tokens[0].isalpha() and NUMBERED.fullmatch("".join(tokens[:2])):
        joined = ["".join(tokens[:2]), *tokens[2:]]
    for at in (0, -1):
        match = NUMBERED.fullmatch(joined[at])
        if match:
            del joined[at]
            return match, [each for each in joined if not _is_part(each)]
    return None, [each for each in tokens if not each.isdigit()]


def _is_part(token: str) -> bool:
    return token.isdigit() or token in {"a", "b", "c", "d"}


def _only(named: set[str], tokens: list[str]) -> bool:
    return BESIDE.union(*(KNOWN_BY[key] for key in named)).issuperset(tokens)
