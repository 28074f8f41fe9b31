"""The index as programs read it: the same figures as JSON and in every file, and no single form."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from office.place import Office, service_named
from storage.work import Work
from tests.houses import Client, Staffed
from tests.surveys.skm.forms_of import keep_quarter
from tests.surveys.skm.test_results import alike, keep

QUARTER = "from=2026-07-01&to=2026-09-30"
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


def fetch(client: Client, staffed: Staffed, query: str, ending: str = "") -> Any:
    """Fetch the report of some days as the manager, in Indonesian."""
    answer = client.flask.get(
        f"/api/v1/reports/skm{ending}?{query}",
        headers={
            "Authorization": f"Bearer {staffed.sample.tokens['manager']}",
            "Accept-Language": "id",
        },
    )
    assert answer.status_code == 200, answer.data
    return answer


def test_the_published_quarter_is_the_same_in_every_file(client: Client, staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        service_named(work, office.id, "K").names = {"id": "=1+1 É", "en": "=1+1 É"}
        keep_quarter(work, office, date(2026, 9, 1), 1, {"sex": "male"})

    staffed.in_turn(act)
    told = fetch(client, staffed, QUARTER).get_json()
    assert [told[name] for name in ("from", "to", "respondents", "index", "grade", "weight")] == [
        *("2026-07-01", "2026-09-30", 29, 91.48, "A", "exact")
    ]
    low, high = told["interval"]
    assert low < 91.48 < high
    assert [each["key"] for each in told["elements"]][7:] == ["sarana", "pengaduan"]
    assert told["elements"][2] | {"name": ""} == {
        **{"key": "waktu", "name": "", "total": 100.0, "nrr": 3.4483, "weighted": 0.3831}
    }
    assert [(each["name"], each["respondents"]) for each in told["groups"]["sex"]] == [
        ("Laki-laki", 29)
    ]
    assert [each["period"] for each in told["trend"]] == ["2026-Q3"]

    sheet = fetch(client, staffed, QUARTER, ".csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet), delimiter=";"))
    assert [(each["about"], each["index"]) for each in rows if each["index"]] == [
        (about, "91,48") for about in ("index", "volunteered", "service", "sex", "trend")
    ]
    (service,) = (each["of"] for each in rows if each["about"] == "service")
    assert service.endswith("=1+1 É") and not service.startswith("=")

    page = load_workbook(io.BytesIO(fetch(client, staffed, QUARTER, ".xlsx").data)).worksheets[0]
    assert [page["G2"].value, page["G2"].data_type] == [91.48, "n"]
    assert {cell.data_type for row in page.iter_rows() for cell in row} == {"n", "s"}

    pages = PdfReader(io.BytesIO(fetch(client, staffed, QUARTER, ".pdf").data)).pages
    text = "\n".join(each.extract_text() for each in pages)
    for said in ("Triwulan III 2026", "91,48", "Sangat baik", "3,4483", "=1+1 É", "Rentang"):
        assert said in text, said


@pytest.mark.parametrize(
    "days",
    [
        "from=0001-01-01&to=9999-12-31",
        "from=0001-01-01&to=0001-01-31",
        "from=9999-12-01&to=9999-12-31",
    ],
)
def test_days_without_forms_have_no_index(client: Client, staffed: Staffed, days: str) -> None:
    told = fetch(client, staffed, days).get_json()
    assert (told["respondents"], told["index"], told["elements"]) == (0, None, [])
    assert fetch(client, staffed, days, ".csv").data
    assert (
        "Indeks"
        in PdfReader(io.BytesIO(fetch(client, staffed, days, ".pdf").data)).pages[0].extract_text()
    )


def test_whatever_days_are_held_against_each_other_no_few_forms_are_between(
    client: Client, staffed: Staffed
) -> None:
    first = date(2026, 11, 2)

    def come(work: Work, office: Office) -> None:
        for day, count in enumerate((3, 1, 0, 6, 2, 2, 1, 4, 3)):
            for number in range(count):
                about = {"sex": ("male", "female")[number % 2], "drawn": not number % 3}
                keep(work, office, [1 + (day + number) % 4] * 9, first + timedelta(day), **about)

    def counts(days: tuple[date, date]) -> Iterator[tuple[str, int]]:
        told = fetch(client, staffed, f"from={days[0]}&to={days[1]}").get_json()
        yield "all", told["respondents"]
        for kind, several in told["groups"].items():
            yield from ((f"{kind} {each['name']}", each["respondents"]) for each in several)

    staffed.in_turn(come)
    days = [first + timedelta(each) for each in range(9)]
    told = {pair: dict(counts(pair)) for pair in product(days[::2], days) if pair[0] <= pair[1]}
    # The newest forms join, and nothing that was told by few changes.
    staffed.in_turn(lambda work, office: alike(work, office, 2, [4] * 9, days[-1], sex="male"))
    told |= {("later", pair): dict(counts(pair)) for pair in list(told)[:3]}  # type: ignore[misc]
    assert {count for each in told.values() for count in each.values()} >= {0, 5, 10}
    for kind in ("all", "sex Laki-laki", "sex Perempuan"):
        several = {each.get(kind, 0) for each in told.values()}
        assert all(abs(one - other) >= 5 for one in several for other in several if one != other)
