"""Headings and cells as offices write them."""

import time

import pytest

from surveys.skm.answers import answer_in, whole_in
from surveys.skm.elements import BY_KEY, ELEMENTS, KEYS, Element
from surveys.skm.index import Answer
from surveys.skm.naming import is_sum, meaning_of


def key_of(heading: object) -> str | None:
    meaning = meaning_of(heading)
    return meaning.key if meaning else None


def test_blanks_without_end_are_read_at_once() -> None:
    began = time.process_time()
    for text in ("1" + " " * 20_000 + "1", "a" + "\t" * 20_000 + "1", "x " * 20_000 + "(7"):
        assert not isinstance(answer_in(text, "perilaku"), int)
    assert answer_in("3  -   Sesuai" + " " * 20_000, "persyaratan") == 3
    assert time.process_time() - began < 1


@pytest.mark.parametrize("each", ELEMENTS, ids=KEYS)
def test_an_element_is_known_by_every_name_of_its_own(each: Element) -> None:
    number = each.code[1:]
    for heading in (
        *(each.key, each.key.upper(), each.code, each.code.lower(), f"U0{number}", f"Q{number}"),
        *(f"Unsur {number}", f"{each.code}_{each.key}", f"{each.code} - {each.name.id}"),
        *(each.name.id, each.name.en, each.question.id, f"{number}. {each.question.id}"),
        *(f"{each.name.id} ({each.code})", f" {each.name.id.upper()}\n"),
    ):
        assert key_of(heading) == each.key, heading


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("u8_penanganan_pengaduan", "pengaduan"),
        ("u9_sarana_prasarana", "sarana"),
        ("q8_penanganan_pengaduan", "pengaduan"),
        ("Q9 Sarana", "sarana"),
        ("Unsur 8: Penanganan pengaduan", "pengaduan"),
    ],
)
def test_a_name_goes_before_a_number(heading: str, key: str) -> None:
    meaning = meaning_of(heading)
    assert meaning is not None
    assert (meaning.key, meaning.named) == (key, True)


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Biaya / tarif pelayanan", "biaya"),
        ("Produk pelayanan", "produk"),
        ("kesopanan_dan_keramahan_petugas", "perilaku"),
        ("sarana_dan_prasarana_penunjang_pelayanan", "sarana"),
        ("penanganan_pengaduan_saran_dan_masukan", "pengaduan"),
        ("Kompetensi petugas pelayanan", "kompetensi"),
        ("Sistem, Mekanisme dan Prosedur", "prosedur"),
        ("Kecepatan Waktu", "waktu"),
        ("Completion time", "waktu"),
        ("Bagaimana pendapat Saudara tentang tutur kata dan perilaku petugas kami?", "perilaku"),
        ("U1a", "persyaratan"),
        ("U1.2", "persyaratan"),
    ],
)
def test_headings_seen_in_the_field_are_known(heading: str, key: str) -> None:
    assert key_of(heading) == key


@pytest.mark.parametrize(
    "heading",
    [
        *("", None, 4, "No", "Nama", "Jenis Layanan", "Usia", "Jenis Kelamin", "Pendidikan"),
        *("Waktu Input", "Waktu survei", "Timestamp", "Saran", "Kritik dan saran", "Masukan"),
        *("Alasan U1", "Komentar persyaratan", "NRR U1", "Rata-rata waktu", "Jumlah U3", "105"),
        "Jika biaya TIDAK SESUAI mohon berikan penjelasan",
        "Bagaimana pendapat Saudara tentang waktu dan biaya?",
    ],
)
def test_other_headings_are_no_element(heading: object) -> None:
    assert key_of(heading) is None


def test_a_tenth_item_is_no_element() -> None:
    meaning = meaning_of("U10")
    assert meaning is not None
    assert (meaning.key, meaning.number) == (None, 10)


def test_lines_of_sums_are_known_by_their_label() -> None:
    assert all(map(is_sum, ["Jumlah", "NRR / Unsur", "Rata-rata", "ΣNilai/Unsur", "Total"]))
    assert not any(map(is_sum, [None, "", 3, "Siti", "Pembuatan KTP"]))


@pytest.mark.parametrize("each", ELEMENTS, ids=KEYS)
def test_the_words_of_the_form_are_its_scores_in_both_languages(each: Element) -> None:
    for score, words in enumerate(each.answers, start=1):
        for text in (words.id, words.en, words.id.upper(), f" {words.id} ", f"{score}. {words.id}"):
            assert answer_in(text, each.key) == score
        assert answer_in(f"{words.id} ({score})", each.key) == score
        assert answer_in(f"{score} - {words.en}", each.key) == score


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        *((4, 4), (4.0, 4), ("4", 4), (" 4 ", 4), ("4,0", 4), ("4.00", 4), ("+3", 3)),
        *((0, 0), ("5", 5), (-1, -1), ("-1", -1), (3.5, "3.5"), ("3,5", "3,5")),
        *((None, None), ("", None), (" ", None), ("-", None), ("NULL", None), ("N/A", None)),
        *(("#N/A", None), (float("nan"), None), ("Tidak diisi", None)),
        *((True, "True"), ("bagus", "bagus"), ("4 - Tidak baik", "4 - Tidak baik")),
        *(("Sangat baik", 4), ("Puas", 3), ("cukup baik", "cukup baik")),
    ],
)
def test_a_cell_is_a_score_or_nothing_or_what_was_found(cell: object, answer: Answer) -> None:
    found = answer_in(cell, "persyaratan")
    assert (found, type(found)) == (answer, type(answer))


@pytest.mark.parametrize("key", [key for key in KEYS if key != "pengaduan"])
def test_there_is_none_answers_only_whether_complaints_are_handled(key: str) -> None:
    assert answer_in("Tidak ada", key) == "Tidak ada"
    assert answer_in("Tidak ada", "pengaduan") == 1


def test_fair_is_a_score_of_facilities_and_cheap_one_of_fees() -> None:
    assert (answer_in("Cukup", "sarana"), answer_in("Cukup", "waktu")) == (2, "Cukup")
    assert (answer_in("murah", "biaya"), answer_in("Gratis", "biaya")) == (3, 4)


@pytest.mark.parametrize("cell", ["7309010101900001", 7309010101900001, "NIK 7309010101900001"])
def test_an_identity_number_in_the_wrong_place_is_not_told(cell: object) -> None:
    assert "7309010101900001" not in str(answer_in(cell, "waktu"))
    assert "7309010101900001" not in str(whole_in(cell))


def test_elements_have_keys_and_codes_of_their_own() -> None:
    assert len(BY_KEY) == 9
    assert [each.code for each in ELEMENTS] == [f"U{number}" for number in range(1, 10)]
