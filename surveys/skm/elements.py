"""The nine elements that PermenPANRB 14/2017 has every public satisfaction survey ask about."""

from dataclasses import dataclass
from typing import NamedTuple


class Words(NamedTuple):
    """The same words in Indonesian and in English."""

    id: str
    en: str

    def of(self, locale: str) -> str:
        """Return the words in a language; Indonesian where it is neither."""
        return self.en if locale == "en" else self.id


@dataclass(frozen=True)
class Element:
    """One element: its key is what the program goes by, never its place.

    Forms ask about facilities eighth and complaints ninth, while reports in prose, following the
    regulation's own list, have the two the other way round. `code` is the place on the form.
    """

    key: str
    code: str
    name: Words
    question: Words
    #: What the scores 1, 2, 3 and 4 are called.
    answers: tuple[Words, Words, Words, Words]


#: In the order of the form, which is what U1 to U9 count.
ELEMENTS = (
    Element(
        "persyaratan",
        "U1",
        Words("Persyaratan", "Requirements"),
        Words(
            "Bagaimana pendapat Saudara tentang kesesuaian persyaratan dengan jenis pelayanannya?",
            "Did the requirements suit the service you came for?",
        ),
        (
            Words("Tidak sesuai", "Not suitable"),
            Words("Kurang sesuai", "Less suitable"),
            Words("Sesuai", "Suitable"),
            Words("Sangat sesuai", "Very suitable"),
        ),
    ),
    Element(
        "prosedur",
        "U2",
        Words("Sistem, mekanisme, dan prosedur", "System, mechanism and procedure"),
        Words(
            "Bagaimana pendapat Saudara tentang kemudahan prosedur pelayanan di kantor ini?",
            "Was the procedure of this office easy?",
        ),
        (
            Words("Tidak mudah", "Not easy"),
            Words("Kurang mudah", "Less easy"),
            Words("Mudah", "Easy"),
            Words("Sangat mudah", "Very easy"),
        ),
    ),
    Element(
        "waktu",
        "U3",
        Words("Waktu penyelesaian", "Completion time"),
        Words(
            "Bagaimana pendapat Saudara tentang kecepatan waktu dalam memberikan pelayanan?",
            "Was the service given quickly?",
        ),
        (
            Words("Tidak cepat", "Not quick"),
            Words("Kurang cepat", "Less quick"),
            Words("Cepat", "Quick"),
            Words("Sangat cepat", "Very quick"),
        ),
    ),
    Element(
        "biaya",
        "U4",
        Words("Biaya/tarif", "Fees"),
        Words(
            "Bagaimana pendapat Saudara tentang kewajaran biaya/tarif dalam pelayanan?",
            "Was what you paid for the service fair?",
        ),
        (
            Words("Sangat mahal", "Very expensive"),
            Words("Cukup mahal", "Fairly expensive"),
            Words("Murah", "Cheap"),
            Words("Gratis", "Free"),
        ),
    ),
    Element(
        "produk",
        "U5",
        Words("Produk spesifikasi jenis pelayanan", "Product of the service"),
        Words(
            "Bagaimana pendapat Saudara tentang kesesuaian produk pelayanan antara yang tercantum"
            " dalam standar pelayanan dengan hasil yang diberikan?",
            "Did the product you were given agree with the published standard of service?",
        ),
        (
            Words("Tidak sesuai", "Not suitable"),
            Words("Kurang sesuai", "Less suitable"),
            Words("Sesuai", "Suitable"),
            Words("Sangat sesuai", "Very suitable"),
        ),
    ),
    Element(
        "kompetensi",
        "U6",
        Words("Kompetensi pelaksana", "Competence of the staff"),
        Words(
            "Bagaimana pendapat Saudara tentang kompetensi/kemampuan petugas dalam pelayanan?",
            "Were the staff competent?",
        ),
        (
            Words("Tidak kompeten", "Not competent"),
            Words("Kurang kompeten", "Less competent"),
            Words("Kompeten", "Competent"),
            Words("Sangat kompeten", "Very competent"),
        ),
    ),
    Element(
        "perilaku",
        "U7",
        Words("Perilaku pelaksana", "Conduct of the staff"),
        Words(
            "Bagaimana pendapat Saudara tentang perilaku petugas dalam pelayanan terkait kesopanan"
            " dan keramahan?",
            "Were the staff polite and friendly?",
        ),
        (
            Words("Tidak sopan dan ramah", "Not polite and friendly"),
            Words("Kurang sopan dan ramah", "Less polite and friendly"),
            Words("Sopan dan ramah", "Polite and friendly"),
            Words("Sangat sopan dan ramah", "Very polite and friendly"),
        ),
    ),
    Element(
        "sarana",
        "U8",
        Words("Sarana dan prasarana", "Facilities and infrastructure"),
        Words(
            "Bagaimana pendapat Saudara tentang kualitas sarana dan prasarana?",
            "How good were the facilities?",
        ),
        (
            Words("Buruk", "Bad"),
            Words("Cukup", "Fair"),
            Words("Baik", "Good"),
            Words("Sangat baik", "Very good"),
        ),
    ),
    Element(
        "pengaduan",
        "U9",
        Words(
            "Penanganan pengaduan, saran, dan masukan",
            "Handling of complaints, suggestions and feedback",
        ),
        Words(
            "Bagaimana pendapat Saudara tentang penanganan pengaduan pengguna layanan?",
            "How are complaints of those who use the service handled?",
        ),
        (
            Words("Tidak ada", "There is no way to complain"),
            Words("Ada tetapi tidak berfungsi", "There is one, but it does not work"),
            Words("Berfungsi kurang maksimal", "It works, but not fully"),
            Words("Dikelola dengan baik", "Well managed"),
        ),
    ),
)

KEYS = tuple(each.key for each in ELEMENTS)
BY_KEY = {each.key: each for each in ELEMENTS}
#: Keys by their place on the form, from 1.
BY_NUMBER = dict(enumerate(KEYS, start=1))
