"""Published periods: frozen, computed anew, and the same in every file."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import update

from office.place import Office, service_named
from storage.work import Work
from surveys.skm import actions, following, publications
from surveys.skm.actions import State
from surveys.skm.forms import SkmAnswer
from surveys.skm.periods import Period, Span
from surveys.skm.publications import SkmPublication
from tests.houses import Client, Staffed
from tests.office.observing import last_change, refused
from tests.surveys.skm.forms_of import keep_quarter, type_in

SUMMER, LAST = Period(2026, Span.QUARTER, 3), date(2026, 9, 1)
TEXTS = {
    "signer": "Drs. H. Contoh",
    "position": "Kepala Dinas",
    "nip": "19700101",
    "place": "Selong",
}


def keep(staffed: Staffed, day: date = LAST, first: int = 1) -> None:
    """Keep the published quarter's forms on a day."""
    staffed.in_turn(lambda work, office: keep_quarter(work, office, day, first, {"sex": "male"}))


def publish(
    staffed: Staffed, period: Period = SUMMER, texts: dict[str, str] | None = None
) -> SkmPublication:
    """Publish a period."""
    made: SkmPublication = staffed.in_turn(
        lambda work, office: publications.publish(
            work, office, staffed.actors["manager"], staffed.clock.now(), period, texts or TEXTS
        )
    )
    return made


def agrees(staffed: Staffed, publication: SkmPublication) -> bool:
    """Say whether a publication computed anew is the same."""
    return bool(
        staffed.read(lambda work, office: publications.still_agrees(work, office, publication))
    )


def test_a_published_period_is_frozen_and_can_be_computed_anew(staffed: Staffed) -> None:
    keep(staffed)
    made = publish(staffed)
    assert (made.figures["index"], made.figures["grade"], made.figures["respondents"]) == (
        "91.48",
        "A",
        29,
    )
    assert last_change(staffed)["part"] == "survey_published"
    with refused(staffed, "period_published"):
        publish(staffed)
    for number in range(200, 230):
        type_in(staffed, number, [1] * 9, day=LAST)
    found = staffed.read(lambda work, office: publications.published_of(work, office.id, "2026-Q3"))
    assert found.figures["index"] == "91.48"
    assert agrees(staffed, found)
    staffed.in_turn(
        lambda work, _office: work.session.execute(
            update(SkmAnswer).where(SkmAnswer.form_id == found.until_form).values(score=1)
        )
    )
    assert not agrees(staffed, found)


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_months_quarters_semesters_and_years_are_each_frozen(staffed: Staffed) -> None:
    keep(staffed, date(2025, 6, 30))
    made = {}
    for key in ("2025-06", "2025-Q2", "2025-S1", "2025"):
        period = Period.written(key)
        assert period is not None
        made[key] = publish(staffed, period).figures
    assert {each["index"] for each in made.values()} == {"91.48"}
    for number in range(200, 210):
        type_in(staffed, number, [1] * 9, day=date(2025, 6, 30))
    for each in staffed.read(lambda work, office: publications.published(work, office.id)):
        assert each.figures == made[each.period]
        assert agrees(staffed, each)


def test_what_was_prepared_is_computed_anew_where_a_form_came_in_between(staffed: Staffed) -> None:
    keep(staffed)

    def prepare(work: Work, office: Office) -> publications.Prepared:
        return publications.prepare(work, office, staffed.clock.now(), SUMMER)

    prepared = staffed.read(prepare)
    type_in(staffed, 100, [1] * 9, day=LAST)
    made = staffed.in_turn(
        lambda work, office: publications.publish(
            *(work, office, staffed.actors["manager"], staffed.clock.now(), SUMMER, TEXTS),
            prepared,
        )
    )
    assert (made.figures["respondents"], made.figures["index"]) == (30, "89.26")
    assert agrees(staffed, made)


def test_what_is_not_over_or_has_too_few_is_not_published(staffed: Staffed) -> None:
    with refused(staffed, "period_running"):
        publish(staffed, Period(2026, Span.QUARTER, 4))
    with refused(staffed, "too_few_forms"):
        publish(staffed)
    with refused(staffed, "input_invalid"):
        publish(staffed, texts={"signer": "", "position": "x"})


def test_a_form_that_is_published_stays(staffed: Staffed) -> None:
    number = type_in(staffed, 500, [4] * 9, day=LAST)
    keep(staffed)
    publish(staffed)
    with refused(staffed, "form_published"):
        staffed.in_turn(
            lambda work, office: publications.take_out(
                work, office, staffed.actors["manager"], staffed.clock.now(), number
            )
        )


def test_what_was_done_is_held_against_the_periods_published(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> int:
        return actions.resolve(
            work,
            office,
            staffed.actors["manager"],
            staffed.clock.now(),
            "waktu",
            "Menambah loket",
            "Kepala Seksi",
            date(2026, 12, 1),
        ).id

    keep(staffed)
    publish(staffed)
    number = staffed.in_turn(act)
    staffed.clock.advance(days=10)

    def told() -> following.Followed:
        (one,) = staffed.read(
            lambda work, office: following.followed(work, office, office.today(staffed.clock.now()))
        )
        found: following.Followed = one
        return found

    assert (told().before, told().after, told().late) == (Decimal("3.4483"), None, True)
    staffed.in_turn(
        lambda work, office: actions.end(
            work, office, staffed.actors["manager"], staffed.clock.now(), number, State.DONE
        )
    )
    keep(staffed, date(2027, 1, 10), 600)
    staffed.clock.advance(days=90)
    publish(staffed, Period(2027, Span.MONTH, 1))
    assert (told().late, told().after) == (False, Decimal("3.4483"))
    assert (told().index_before, told().index_after) == (Decimal("91.48"), Decimal("91.48"))
    with refused(staffed, "action_unknown"):
        staffed.in_turn(
            lambda work, office: actions.end(
                work, office, staffed.actors["manager"], staffed.clock.now(), 2**31, State.DONE
            )
        )
    with refused(staffed, "input_invalid"):
        staffed.in_turn(
            lambda work, office: actions.resolve(
                work,
                office,
                staffed.actors["manager"],
                staffed.clock.now(),
                "tenth",
                "",
                "",
                date(2020, 1, 1),
            )
        )


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_every_file_tells_the_same_to_its_reader(client: Client, staffed: Staffed) -> None:
    def rename(work: Work, office: Office) -> None:
        service_named(work, office.id, "K").names = {"id": "=1+1", "en": "=1+1"}
        office.code = "sole"

    staffed.in_turn(rename)
    keep(staffed)
    publish(staffed)

    def get(name: str, **query: str) -> Any:
        answer = client.flask.get(
            f"/skm/2026-Q3/{name}", query_string={"office": "sole", "lang": "id", **query}
        )
        assert answer.status_code == 200, answer.data
        return answer

    data = get("data.json").get_json()
    assert (data["index"], data["grade"], data["respondents"], data["weight"]) == (
        91.48,
        "A",
        29,
        "exact",
    )
    assert data["respondents_by"]["sex"] == {"male": 29, "female": 0, "unstated": 0}
    sheet = get("data.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet), delimiter=";"))
    assert rows[1][:8] == ["index", "2026-Q3", "29", "", "", "", "91,48", "A"]
    assert rows[4][:6] == ["element", "Waktu penyelesaian", "29", "100", "3,4483", "0,3831"]
    (interval,) = [each[8:10] for each in rows if each[:2] == ["index", "2026-Q3"]]
    assert interval[0] < "91,48" < interval[1]
    assert (
        get("data.csv", separator="comma")
        .data.decode("utf-8-sig")
        .splitlines()[1]
        .startswith("index,2026-Q3,29,,,,91.48,A,")
    )
    page = load_workbook(io.BytesIO(get("data.xlsx").data)).worksheets[0]
    assert [page["G2"].value, page["G2"].data_type, page["E5"].value] == [91.48, "n", 3.4483]
    assert [page["A1"].value, page["A2"].value, page["B2"].value, page["L1"].value] == [
        *("Tentang", "Indeks (IKM)", "Triwulan III 2026", "Terjawab (%)")
    ]
    kinds = {cell.data_type for row in page.iter_rows() for cell in row}
    assert kinds == {"n", "s"}
    report = PdfReader(io.BytesIO(get("report.pdf").data))
    text = "\n".join(each.extract_text() for each in report.pages)
    for said in (
        *("I. Pendahuluan", "II. Pengumpulan data", "III. Hasil", "IV. Analisis", "V. Penutup"),
        *("91,48", "Sangat baik", "3,4483", "Waktu penyelesaian", "NIP 19700101", "Drs. H. Contoh"),
    ):
        assert said in text, said
    for size, sides in (("a4", (595, 842)), ("a3", (842, 1191))):
        (page,) = PdfReader(io.BytesIO(get("notice.pdf", size=size).data)).pages
        assert (round(page.mediabox.width), round(page.mediabox.height)) == sides
        text = page.extract_text()
        for said in ("91,48", "A · Sangat baik", "Triwulan III 2026", "Laki-laki", "29", "1 Juli"):
            assert said in text, said
    picture = Image.open(io.BytesIO(get("notice.png").data))
    assert (picture.format, picture.size) == ("PNG", (1654, 2339))
    # the frame, the letters of the index, and the paper between them
    assert picture.getpixel((72, 1200)) != (255, 255, 255) == picture.getpixel((130, 1200))
    assert len(picture.crop((300, 700, 1350, 1050)).getcolors(1 << 20) or ()) > 10
    assert client.flask.get("/skm/2026-Q2?office=sole").status_code == 404
