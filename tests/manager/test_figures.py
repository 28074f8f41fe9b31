"""The queue's figures: what the address tells, what the page shows, and a visit's story."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from manager.figures_chart import HEIGHT, curve, shade, step_for
from manager.figures_periods import NAMES, period_named
from manager.figures_tables import Table
from manager.figures_xlsx import workbook
from office import calling, outages
from office.figures_story import story_of
from office.place import Office
from office.summaries import write_day
from storage.work import Work
from tests.houses import Client, Server, Staffed
from tests.people import arrange, overflow, violations
from tools.month import make_past
from web.sheets import cell

TODAY = date(2026, 11, 25)


def asked(client: Client, staffed: Staffed, query: str, who: str = "manager") -> tuple[int, Any]:
    """Ask for a period as somebody."""
    return client.ask("GET", f"/reports/waiting?{query}", staffed.sample.tokens[who])


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-11-02&to=2026-11-01",
        "from=soon&to=2026-11-01",
        "from=2026-11-01",
        "",
        "from=2026-11-01&to=2026-11-01&service=nothing",
        "from=2026-11-01&to=2026-11-01&clerk=999999",
        "from=2026-11-01&to=2026-11-01&clerk=-1",
        "from=2026-11-01&to=2026-11-01&colour=red",
    ],
)
def test_what_makes_no_sense_is_refused(client: Client, staffed: Staffed, query: str) -> None:
    status, told = asked(client, staffed, query)
    assert (status, told["code"]) == (422, "input_invalid")


@pytest.mark.parametrize("days", ["from=2030-01-01&to=2031-01-01", "from=0001-01-01&to=9999-12-31"])
def test_days_without_anybody_have_figures_of_nothing(
    client: Client, staffed: Staffed, days: str
) -> None:
    status, told = asked(client, staffed, days)
    assert (status, told["tickets"], told["wait"]["median_s"]) == (200, 0, None)


def test_a_service_can_be_looked_at_alone(client: Client, staffed: Staffed) -> None:
    staffed.take("A")
    staffed.take("K")
    staffed.serve(1)
    status, told = asked(client, staffed, "from=2026-11-25&to=2026-11-25&service=K")
    assert (status, told["tickets"], told["service_filter"]) == (200, 1, "K")
    assert [each["code"] for each in told["by_service"]] == ["K"]


def test_a_clerk_is_told_only_with_enough_services(client: Client, staffed: Staffed) -> None:
    clerk = staffed.actors["1"].account_id
    staffed.take()
    staffed.serve()
    _, told = asked(client, staffed, f"from=2026-11-25&to=2026-11-25&clerk={clerk}")
    assert (told["clerk"]["enough"], told["clerk"]["figures"]) == (False, None)


def test_the_story_names_who_was_called_before_and_why(staffed: Staffed) -> None:
    first = staffed.take("A")
    staffed.clock.advance(minutes=1)
    late = staffed.take("A")
    for _ in range(2):
        staffed.clock.advance(minutes=30)
        staffed.take("A", "priority")
    staffed.clock.advance(minutes=70)
    staffed.serve()
    quick = staffed.next()
    staffed.at(1, calling.put_back)

    def look(work: Work, office: Office) -> Any:
        return story_of(work, office, TODAY, late)

    told = staffed.read(look)
    assert first != late
    assert told.events[0].kind == "ticket_taken"
    assert told.before + len(told.overtakers) in {0, 1, 2}
    assert all(each.why in {"priority", "order"} for each in told.overtakers)
    assert quick in {first, late, "A003", "A004"}


@pytest.mark.parametrize(("name", "separator"), [("semicolon", ";"), ("comma", ",")])
def test_the_csv_opens_in_a_spreadsheet(
    client: Client, staffed: Staffed, name: str, separator: str
) -> None:
    staffed.take()
    staffed.clock.advance(seconds=90)
    staffed.serve()
    answer = client.flask.get(
        f"/api/v1/reports/waiting.csv?from=2026-11-25&to=2026-11-25&separator={name}",
        headers={"Authorization": f"Bearer {staffed.sample.tokens['manager']}"},
    )
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.data.startswith(b"\xef\xbb\xbfabout")
    read = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=separator))
    assert (read[0]["about"], read[0]["tickets"]) == ("all", "1")
    assert read[0]["wait_median_min"] == ("1,50" if separator == ";" else "1.50")


def file_of(client: Client, staffed: Staffed, ending: str, language: str) -> Any:
    """Fetch the day as a file."""
    return client.flask.get(
        f"/api/v1/reports/waiting.{ending}?from=2026-11-25&to=2026-11-25",
        headers={
            "Authorization": f"Bearer {staffed.sample.tokens['manager']}",
            "Accept-Language": language,
        },
    )


@pytest.mark.parametrize(("language", "all_of_it"), [("id", "Semua"), ("en", "All")])
def test_the_workbook_holds_numbers_that_can_be_counted_on(
    client: Client, staffed: Staffed, language: str, all_of_it: str
) -> None:
    staffed.take()
    staffed.clock.advance(seconds=90)
    staffed.serve()
    answer = file_of(client, staffed, "xlsx", language)
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.data))
    first = book.worksheets[0]
    assert first.title == all_of_it
    headings = [cell.value for cell in first[1]]
    row = dict(zip(headings, [cell.value for cell in first[2]], strict=True))
    assert list(row.values())[:4] == ["25 Nov 2026", 1, 1, 1.5]
    assert first["F2"].value == 1 and first["F2"].number_format == "0 %"
    assert [each.title for each in book.worksheets].count(all_of_it) == 1


@given(st.text(max_size=50))
def test_no_text_of_a_workbook_is_a_formula(text: str) -> None:
    table = Table("T", ("A",), ((text,),))
    try:
        book = load_workbook(io.BytesIO(workbook([table], [text])))
    except IllegalCharacterError:
        return
    for row in (2, 4):
        assert book.active is not None
        assert book.active.cell(row=row, column=1).data_type in {"s", "n", "inlineStr"}


@pytest.mark.parametrize(
    ("language", "title"), [("id", "Laporan antrean"), ("en", "Queue figures")]
)
def test_the_paper_tells_the_office_the_period_and_every_table(
    client: Client, staffed: Staffed, language: str, title: str
) -> None:
    staffed.take()
    staffed.clock.advance(seconds=90)
    staffed.serve()
    answer = file_of(client, staffed, "pdf", language)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    pages = PdfReader(io.BytesIO(answer.data)).pages
    text = "\n".join(page.extract_text() for page in pages)
    for words in (title, "25 Nov 2026", "1,5 mnt" if language == "id" else "1.5 min", "1 / "):
        assert words in text


def test_an_outage_is_named_in_the_figures_of_its_day(client: Client, staffed: Staffed) -> None:
    manager = staffed.actors["manager"]

    def begin(work: Work, office: Office) -> None:
        now = staffed.clock.now()
        outages.set_needs(work, office, manager, now, "A", [outages.Need.INK])
        outages.begin(work, office, manager, now, outages.Need.INK)

    staffed.in_turn(begin)
    _, told = asked(client, staffed, "from=2026-11-25&to=2026-11-25")
    (outage,) = told["outages"]
    assert outage["need"] == "ink" and "A" in outage["services"] and outage["ended_at"] is None
    for query, count in (("service=K", 0), ("service=A", 1)):
        _, told = asked(client, staffed, f"from=2026-11-25&to=2026-11-25&{query}")
        assert len(told["outages"]) == count
    _, told = asked(client, staffed, "from=2026-11-01&to=2026-11-24")
    assert told["outages"] == []


@given(st.text())
def test_no_text_of_a_csv_is_a_formula(text: str) -> None:
    assert not cell(text, ";").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_named_period_lies_in_order_up_to_today(today: date) -> None:
    for name in NAMES:
        found = period_named(name, today)
        assert found is not None
        assert found[0] <= found[1] <= today
        assert today - found[0] <= timedelta(days=366)


rows = st.lists(
    st.fixed_dictionaries(
        {
            "hour": st.integers(0, 23),
            "arrivals_a_day": st.none() | st.floats(0, 5000),
            "open_counters": st.none() | st.floats(0, 100),
        }
    ),
    max_size=24,
)


@given(rows)
def test_the_curve_stays_on_its_drawing(hours: list[dict[str, Any]]) -> None:
    chart = curve(hours)
    assert (chart is None) == (not hours)
    for bar in chart.bars if chart else ():
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT
        assert 0 <= bar.counters <= HEIGHT
        assert chart is not None and chart.left <= bar.x <= bar.x + bar.width <= chart.right


@given(st.floats(0, 100_000))
def test_a_scale_ends_at_a_whole_mark_above_all(highest: float) -> None:
    top = step_for(highest)
    assert top >= highest and top % 4 == 0


def test_longer_waits_are_darker() -> None:
    assert [shade(each) for each in (None, 0, 300, 600, 1200, 1800, 2700)] == [0, 0, 1, 2, 3, 4, 5]


def past(work: Work, office: Office) -> date:
    """Write some days into the office's past, with their summaries; return the last."""
    assert office.open_day is not None
    make_past(work, office, office.open_day, days=6, visitors=120)
    for back in range(1, 12):
        write_day(work, office, office.open_day - timedelta(days=back))
    return office.open_day - timedelta(days=1)


def test_the_page_shows_a_period_and_a_story_in_two_clicks(manager: Page, server: Server) -> None:
    last = arrange(server, past)
    manager.goto(f"{server.url}/manager/figures?from={last - timedelta(days=9)}&to={last}&lang=id")
    expect(manager.locator("h1")).to_contain_text("Laporan antrean")
    lettered = manager.get_by_label("Layanan", exact=True).locator("option[value=F]")
    expect(lettered).to_have_text("F · Legalisir")
    expect(manager.locator(".notice strong")).to_contain_text("Separuh pengunjung dipanggil")
    expect(manager.locator(".heat tbody tr").first).to_be_visible()
    expect(manager.locator("svg.chart rect").first).to_be_visible()
    assert violations(manager) == []
    assert overflow(manager) <= 0
    manager.goto(f"{server.url}/manager/week?of={last}&lang=id")
    expect(manager.locator("h1")).to_contain_text("Pekan ke-")
    expect(manager.locator(".lines tbody tr").first).to_be_visible()
    assert violations(manager) == []
    assert overflow(manager) <= 0
    manager.locator(".longest a").first.click()
    expect(manager.locator("h1")).to_contain_text("Mengapa")
    assert violations(manager) == []
    manager.set_viewport_size({"width": 390, "height": 844})
    assert overflow(manager) <= 0


def test_a_reversed_period_and_an_unknown_ticket_are_explained(
    manager: Page, server: Server
) -> None:
    answer = manager.goto(f"{server.url}/manager/figures?from=2026-11-02&to=2026-11-01&lang=en")
    assert answer is not None and answer.status == 422
    expect(manager.get_by_role("alert")).to_contain_text("in order")
    for week in ("soon", "0001-01-01", "9999-12-31"):
        answer = manager.goto(f"{server.url}/manager/week?of={week}&lang=en")
        assert answer is not None and answer.status == 422
        expect(manager.get_by_role("alert")).to_contain_text("no such week")
    answer = manager.goto(f"{server.url}/manager/figures/visit?day=2026-02-31&label=A044")
    assert answer is not None and answer.status == 404
    expect(manager.get_by_role("alert")).to_contain_text("no ticket")
