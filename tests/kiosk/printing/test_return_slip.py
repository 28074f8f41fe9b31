"""The paper of a right to come back: what stands on it, and that it is queued with the right."""

from datetime import date

from sqlalchemy import select

from kiosk.printing.jobs import PrintJob
from kiosk.printing.return_slip import return_slip
from kiosk.printing.slip import QR, Line
from tests.houses import Client, Staffed

CODE = "ACEFH-JKLMN"


def texts(missing: tuple[str, ...], first: date | None, until: date | None, locale: str) -> str:
    """Return the slip's lines."""
    slip = return_slip(
        office="Disdukcapil",
        label="A001",
        service="Perekaman KTP-el",
        code=CODE,
        missing=missing,
        first_day=first,
        until=until,
        locale=locale,
    )
    assert [part.content for part in slip.parts if isinstance(part, QR)] == [CODE]
    return "\n".join(part.text for part in slip.parts if isinstance(part, Line))


def test_what_is_missing_and_until_when_stand_on_the_slip() -> None:
    said = texts(("Fotokopi KK", "Surat pengantar"), None, date(2026, 12, 10), "id")
    assert CODE in said
    assert "- Fotokopi KK\n- Surat pengantar" in said
    assert "Berlaku sampai Kamis, 10 Desember 2026" in said
    assert "Berlaku mulai" not in said


def test_a_later_first_day_is_told_in_the_visitors_language() -> None:
    said = texts((), date(2026, 11, 28), date(2026, 12, 12), "en")
    assert "Valid from Saturday, 28 November 2026" in said
    assert "Still missing" not in said


def test_who_waits_for_the_next_step_is_told_no_date() -> None:
    said = texts((), None, None, "id")
    assert "2026" not in said
    assert "Tanggalnya belum dapat ditentukan" in said


def test_the_slip_is_queued_where_the_office_prints_with_the_right(
    client: Client, staffed: Staffed
) -> None:
    house = client.flask.application.extensions["antrean"]
    ending = {"outcome": "documents_incomplete", "missing": [0]}

    def sent_away() -> str:
        staffed.take()
        clerk = staffed.sample.tokens["clerks"]["1"]
        client.ask("POST", "/counters/1/next", clerk, {})
        status, answer = client.ask("POST", "/counters/1/finish", clerk, ending)
        assert status == 200, answer
        return str(answer["return_right"]["print"])

    assert sent_away() == "none"
    house.printer = "file:///tmp/slip"
    assert sent_away() == "queued"
    (job,) = staffed.read(lambda work, _office: list(work.session.scalars(select(PrintJob))))
    assert (job.printer, job.ticket_id, job.locale) == ("file:///tmp/slip", None, "id")
