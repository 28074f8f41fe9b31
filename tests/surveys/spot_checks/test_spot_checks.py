"""A spot check from its opening to the additions after its sign-off."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select, update

from office.people import Role
from office.purging import left, purge
from surveys.purges import PURGES
from surveys.spot_checks.checks import SpotCheck
from surveys.spot_checks.draws import in_order
from surveys.spot_checks.entries import SpotEntry
from surveys.spot_checks.photos import MOST, SpotPhoto
from surveys.spot_checks.record import record_of
from tests.houses import Client, Staffed
from tests.office.observing import changes, version
from tests.surveys.spot_checks.walks import Inspector, key, visit
from tests.web.test_who_may import make_token


@pytest.fixture
def inspector(client: Client, staffed: Staffed) -> Inspector:
    """An inspector at the gate."""
    return Inspector(client, staffed)


def entries(staffed: Staffed) -> int:
    """Return how many entries the office's checks have."""
    count: int = staffed.read(
        lambda work, office: work.session.scalar(
            select(func.count()).where(SpotEntry.office_id == office.id)
        )
    )
    return count


def picture(**options: Any) -> bytes:
    """Return a photo as a phone sends it, saying where it was taken."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (8.0, 39.0, 0.0)
    exif[0x010F] = "Ponsel"
    Image.new("RGB", (2000, 1500), (200, 120, 40)).save(out, "JPEG", exif=exif, **options)
    return out.getvalue()


def send_photo(inspector: Inspector, number: int, content: bytes, note: str = "Loket") -> Any:
    """Send a photo."""
    return inspector.client.flask.post(
        f"/api/v1/spot-checks/{inspector.check}/photos?key={key(number)}&note={note}",
        data=content,
        headers={"Authorization": f"Bearer {inspector.token}", "Content-Type": "image/jpeg"},
    )


def text_of(inspector: Inspector, number: int, token: str | None = None) -> str:
    """Return the words of the report on paper, in English."""
    answer = inspector.page(f"/manager/spot-checks/{number}/report.pdf?lang=en", token)
    assert answer.status_code == 200
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_opening_keeps_the_queue_of_that_second_and_is_done_once(
    inspector: Inspector, staffed: Staffed
) -> None:
    visit(staffed, minutes=4, score=4)
    staffed.take("A")
    staffed.clock.advance(minutes=12)
    staffed.take("A")
    staffed.take("J")
    state = inspector.open()
    lines = {each["letter"]: each for each in state["snapshot"]["waiting"]}
    assert (lines["A"]["waiting"], lines["A"]["longest_min"]) == (2, 12)
    assert (lines["J"]["waiting"], lines["J"]["longest_min"]) == (1, 0)
    (counter,) = state["snapshot"]["counters"]
    assert (counter["number"], counter["status"]) == (1, "idle")
    assert counter["clerk"]
    assert state["snapshot"]["ratings"]["scores"]["4"] == 1
    staffed.next(1)
    assert inspector.open()["snapshot"] == state["snapshot"]
    assert len(inspector.client.ask("GET", "/spot-checks", inspector.token)[1]["checks"]) == 1


def test_a_draw_is_by_its_seed_and_says_where_people_are(
    inspector: Inspector, staffed: Staffed
) -> None:
    old = visit(staffed)
    staffed.clock.advance(minutes=31)
    served = {visit(staffed) for _ in range(4)}
    waiting = {staffed.take("A") for _ in range(5)}
    inspector.open()
    draw = inspector.draw()
    assert {each["label"] for each in draw["served"]} == served
    assert old not in served
    assert {each["label"] for each in draw["waiting"]} == waiting
    assert draw["served"][0]["where"]["place"] == "left"
    assert (draw["served"][0]["where"]["counter"], draw["waiting"][0]["where"]["place"]) == (
        1,
        "room",
    )
    seed = staffed.read(
        lambda work, office: record(work, office)["draws"][0]["seed"],
    )
    assert [each["label"] for each in draw["waiting"]] == in_order(seed, waiting)
    called = staffed.next(1)
    state = inspector.client.ask("GET", f"/spot-checks/{inspector.check}", inspector.token)[1]
    assert state["where"][called] == {"place": "counter", "counter": 1, "at": None}


def record(work: Any, office: Any) -> dict[str, Any]:
    """Return the record of the office's only check."""
    check = work.session.scalars(select(SpotCheck).where(SpotCheck.office_id == office.id)).one()
    return record_of(work, office, check)


def test_refusals_replacements_and_whoever_was_passed_over_are_told(
    inspector: Inspector, staffed: Staffed
) -> None:
    for _ in range(4):
        visit(staffed)
    inspector.open()
    first, second, third, fourth = (each["label"] for each in inspector.draw()["served"])
    inspector.person(first, "refused")
    inspector.person(second, "not_found")
    inspector.person(fourth, score=3)
    told = [(each["label"], each["outcome"]) for each in staffed.read(record)["people"]]
    assert told == [
        (first, "refused"),
        (second, "not_found"),
        (third, "passed_over"),
        (fourth, "asked"),
    ]
    again = {each["label"] for each in inspector.draw()["served"]}
    assert again == {third}
    status, answer = inspector.note("people", label="Z001", outcome="refused")
    assert (status, answer["code"]) == (409, "not_drawn")


def test_what_is_sent_twice_or_late_is_kept_once_and_the_newest_holds(
    inspector: Inspector, staffed: Staffed
) -> None:
    label = visit(staffed)
    inspector.open()
    inspector.draw()
    said = {"label": label, "outcome": "asked", "score": 2, "wait_min": 20}
    staffed.clock.advance(minutes=30)
    for _ in range(3):
        assert inspector.note("people", key=key(7), ago_s=60, **said)[0] == 200
    staffed.clock.advance(hours=30)
    assert inspector.note("people", key=key(7), ago_s=60, **said)[0] == 200
    assert entries(staffed) == 1
    # Noted before, and sent after: it does not take the place of the newer.
    assert inspector.note("people", key=key(8), ago_s=200_000, **{**said, "score": 4})[0] == 200
    assert entries(staffed) == 2
    state = inspector.client.ask("GET", f"/spot-checks/{inspector.check}", inspector.token)[1]
    assert state["entries"]["person"][label]["score"] == 2


def test_bad_things_are_refused_and_nothing_is_kept(inspector: Inspector, staffed: Staffed) -> None:
    label = visit(staffed)
    inspector.open()
    inspector.draw()
    person = {"label": label, "outcome": "asked"}
    finding = {"finding": key(3), "text": "Toilet", "owner": "Umum", "due": "2026-12-01"}
    number = "5203 0141 0785 0003"
    for what, said, code in (
        ("people", person, "input_invalid"),
        ("people", {**person, "score": 5}, "input_invalid"),
        ("people", {**person, "score": 3, "wait_min": -1}, "input_invalid"),
        ("people", {**person, "score": 3, "mend": number}, "note_has_number"),
        ("people", {**person, "score": 3, "key": "not-a-key"}, "input_invalid"),
        ("observations", {"item": "counter:99", "answer": "yes"}, "input_invalid"),
        ("observations", {"item": "fees", "answer": "perhaps"}, "input_invalid"),
        ("findings", {**finding, "due": None}, "input_invalid"),
        ("findings", {**finding, "owner": " "}, "input_invalid"),
        ("findings", {**finding, "due": "2026-11-01"}, "input_invalid"),
        ("findings", {**finding, "text": "\0"}, "input_invalid"),
    ):
        status, answer = inspector.note(what, **said)
        assert (status, answer["code"]) == (422, code), said
    assert entries(staffed) == 0
    assert inspector.note("people", **person, score=3, mend=number, sure=True)[0] == 200


def test_photos_lose_all_but_their_pixels_and_only_pictures_are_taken(
    inspector: Inspector, staffed: Staffed
) -> None:
    inspector.open()
    sent = picture()
    assert b"Ponsel" in sent
    for _ in range(2):
        assert send_photo(inspector, 1, sent).status_code == 200
    assert entries(staffed) == 1
    number = inspector.state["number"]
    shown = inspector.page(f"/manager/spot-checks/{number}/photos/{key(1)}")
    kept = Image.open(io.BytesIO(shown.data))
    assert (shown.content_type, kept.size) == ("image/jpeg", (1600, 1200))
    assert not kept.getexif()
    assert b"Ponsel" not in shown.data
    assert inspector.page(f"/manager/spot-checks/{number}/photos/{key(2)}").status_code == 404
    refused = send_photo(inspector, 2, b"<svg onload=alert(1)>")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "media_type_refused")
    large = send_photo(inspector, 2, b"x" * (10 * 2**20 + 1))
    assert large.get_json()["code"] == "media_too_large"
    small = io.BytesIO()
    Image.new("RGB", (8, 8)).save(small, "PNG")
    for each in range(2, MOST + 1):
        assert send_photo(inspector, each, small.getvalue()).status_code == 200
    assert send_photo(inspector, 50, small.getvalue()).get_json()["code"] == "photos_full"
    assert inspector.note("photos/remove", photo=key(1))[0] == 200
    assert inspector.page(f"/manager/spot-checks/{number}/photos/{key(1)}").status_code == 404
    # What was deleted on the phone is not kept when it arrives after all.
    assert inspector.note("photos/remove", photo=key(77))[0] == 200
    assert send_photo(inspector, 77, small.getvalue()).status_code == 200
    assert inspector.page(f"/manager/spot-checks/{number}/photos/{key(77)}").status_code == 404


def walked(inspector: Inspector, staffed: Staffed) -> int:
    """Let a whole check be made; return the number of its report."""
    labels = [visit(staffed, minutes=6, score=4 if each else 1) for each in range(6)]
    inspector.open("Ruang tunggu <b>utama</b>")
    inspector.draw(60)
    for at, label in enumerate(labels):
        money: dict[str, Any] = {
            "reasons": ["asked_for_money", "unclear"],
            "mend": "Diminta 50 ribu",
        }
        plain: dict[str, Any] = {"reasons": ["waited_long"], "mend": f"Kursi kurang {at}"}
        inspector.person(label, score=1 if at == 0 else 4, wait_min=25, **(plain if at else money))
    assert inspector.note("observations", item="fees", answer="no", note="Tidak ada")[0] == 200
    assert inspector.note("observations", item="counter:1", answer="no", note="Kosong")[0] == 200
    assert (
        inspector.note(
            "findings", finding=key(9), text="Pasang tarif", owner="Bagian umum", due="2026-12-01"
        )[0]
        == 200
    )
    assert send_photo(inspector, 1, picture(), "Papan").status_code == 200
    staffed.clock.advance(minutes=5)
    return inspector.close()


def test_the_report_tells_the_inspector_all_and_the_office_what_names_nobody(
    inspector: Inspector, staffed: Staffed
) -> None:
    number = walked(inspector, staffed)
    manager = staffed.sample.tokens["manager"]
    mine, theirs = text_of(inspector, number), text_of(inspector, number, manager)
    for each in (
        *("Draft: not signed off", "Pasang tarif", "Bagian umum", "1 December 2026"),
        *("Ruang tunggu <b>utama</b>", "Tidak ada", "Kosong", "Kursi kurang 1"),
        *("Satisfied 0 0 0 0", "Very satisfied 5 0 5 4", "Very dissatisfied 1 0 1 1"),
        "below 30 no test is made",
        "of each one's difference, 19.",
        "seed",
    ):
        assert each in mine, each
    for each in ("Diminta 50 ribu", "Asked for money"):
        assert each in mine
        assert each not in theirs
    assert "Kursi kurang 1" in theirs
    assert " 25 6 " in mine
    assert " 25 6 " not in theirs
    assert "told 25, recorded 6 minutes" in theirs
    assert "Very satisfied 5 – 5 4" in theirs
    page = inspector.page(f"/manager/spot-checks/{number}?lang=en", manager)
    assert page.status_code == 200
    assert "Ruang tunggu &lt;b&gt;utama&lt;/b&gt;" in page.text
    assert "50 ribu" not in page.text
    assert "50 ribu" in inspector.page(f"/manager/spot-checks/{number}?lang=en").text
    assert "Sign off" not in page.text


def test_of_few_who_were_asked_the_office_is_told_no_answer(
    inspector: Inspector, staffed: Staffed
) -> None:
    labels = [visit(staffed, minutes=6) for _ in range(2)]
    inspector.open()
    inspector.draw()
    for label in labels:
        inspector.person(label, score=1, reasons=["unfriendly"], mend="Petugas marah")
    number = inspector.close()
    theirs = text_of(inspector, number, staffed.sample.tokens["manager"])
    assert "Fewer than 5 were asked" in theirs
    assert "Petugas marah" not in theirs
    assert "Unfriendly" not in theirs
    assert "Very dissatisfied – – – –" in theirs
    assert "Very dissatisfied 2 0 2 –" in text_of(inspector, number)


def test_once_signed_nothing_changes_and_additions_stand_beside_it(
    inspector: Inspector, staffed: Staffed
) -> None:
    number = walked(inspector, staffed)
    path = f"/manager/spot-checks/{number}"
    assert inspector.form(f"{path}/additions", key=key(1), text="Dini").status_code == 409
    assert inspector.form(f"{path}/sign", signer="", position="").status_code == 422
    inspector.sign(number)
    again = inspector.form(f"{path}/sign", signer="Lain", position="Lain")
    assert again.status_code == 409
    before = staffed.read(lambda work, _office: work.session.get_one(SpotCheck, number).record)
    for what, said in (
        ("people", {"label": "A001", "outcome": "refused"}),
        ("observations", {"item": "fees", "answer": "yes"}),
        ("findings", {"finding": key(9), "text": ""}),
        ("photos/remove", {"photo": key(1)}),
        ("draws", {"within_min": 30}),
    ):
        status, answer = inspector.note(what, **said)
        assert (status, answer["code"]) == (409, "spot_check_signed"), what
    assert send_photo(inspector, 60, picture()).status_code == 409
    manager = staffed.sample.tokens["manager"]
    for _ in range(2):
        assert (
            inspector.form(
                f"{path}/additions", manager, key=key(2), finding=key(9), state="done"
            ).status_code
            == 302
        )
    assert (
        inspector.form(f"{path}/additions", key=key(3), text="Tarif sudah terpasang").status_code
        == 302
    )
    wrong = inspector.form(f"{path}/additions", key=key(4), finding=key(8), state="done")
    assert wrong.status_code == 422
    check = staffed.read(lambda work, _office: work.session.get_one(SpotCheck, number))
    assert check.record == before
    assert check.is_intact
    told = text_of(inspector, number)
    assert told.count("Pasang tarif: done") == 1
    assert "Tarif sudah terpasang" in told
    assert check.digest in told
    assert "Wakil Bupati" in told
    assert "Draft" not in told
    assert "Pasang tarif" not in inspector.page("/manager/spot-checks?lang=en").text
    # Whoever changes the database behind the office's back is found out.
    with staffed.store.work() as work:
        work.session.execute(
            update(SpotCheck)
            .where(SpotCheck.id == number)
            .values(record={**before, "place": "Tempat lain"})
        )
    assert "NOT as it was signed" in inspector.page(f"{path}?lang=en").text


def test_photos_and_words_go_when_their_time_is_over_and_counts_stay(
    inspector: Inspector, staffed: Staffed
) -> None:
    number = walked(inspector, staffed)
    inspector.sign(number)

    def forget(days: int) -> SpotCheck:
        later = staffed.clock.now() + timedelta(days=days)
        staffed.in_turn(lambda work, office: purge(work, office, later, PURGES))
        assert staffed.read(lambda work, office: left(work, office, later, PURGES)) == {}
        check: SpotCheck = staffed.read(
            lambda work, _office: work.session.get_one(SpotCheck, number)
        )
        return check

    def photos() -> int:
        count: int = staffed.read(
            lambda work, office: work.session.scalar(
                select(func.count()).where(SpotPhoto.office_id == office.id)
            )
        )
        return count

    assert forget(89).photos_gone_at is None
    assert photos() == 1
    assert forget(91).photos_gone_at is not None
    assert photos() == 0
    assert "Kursi kurang 1" in text_of(inspector, number)
    check = forget(366)
    assert check.words_gone_at is not None
    told = text_of(inspector, number)
    for gone in ("Kursi kurang", "50 ribu", "A001", "A006"):
        assert gone not in told, gone
    assert "Very satisfied 5 0 5 4" in told
    assert "Pasang tarif" in told
    assert "deleted since" in inspector.page(f"/manager/spot-checks/{number}?lang=en").text


def test_with_thirty_asked_and_thirty_answers_the_exact_test_is_made(
    inspector: Inspector, staffed: Staffed
) -> None:
    labels = [visit(staffed, score=4 if each < 25 else 1) for each in range(30)]
    inspector.open()
    inspector.draw(120)
    for at, label in enumerate(labels):
        inspector.person(label, score=4 if at < 15 else 2)
    number = inspector.close()
    # scipy.stats.fisher_exact([[15, 15], [25, 5]]) (SciPy) gives 0.012698946
    assert "p = 0.0127 from 30 and 30 answers" in text_of(inspector, number)


def test_the_journal_is_told_at_the_end_only(inspector: Inspector, staffed: Staffed) -> None:
    visit(staffed)
    before = version(staffed)
    inspector.open()
    inspector.draw()
    assert inspector.note("observations", item="fees", answer="yes")[0] == 200
    assert version(staffed) == before
    inspector.close()
    told = changes(staffed, before)
    assert [each["part"] for each in told] == ["spot_check"]
    assert told[0]["present"]["state"] == "closed"


def test_another_office_and_its_inspector_know_nothing_of_it(
    inspector: Inspector, make_staffed: Any
) -> None:
    inspector.open()
    number = inspector.close()
    elsewhere = make_staffed()
    token = make_token(elsewhere, Role.INSPECTOR)
    assert inspector.client.ask("GET", f"/spot-checks/{inspector.check}", token)[0] == 404
    assert inspector.client.ask("GET", "/spot-checks", token)[1]["checks"] == []
    for path in (f"/manager/spot-checks/{number}", f"/manager/spot-checks/{number}/report.pdf"):
        assert inspector.page(path, token).status_code == 404
