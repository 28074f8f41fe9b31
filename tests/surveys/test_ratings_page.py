"""The manager's page of ratings in a real browser, in both languages."""

from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from office.place import Office, Service
from storage.work import Work
from surveys.ratings import Rating, RatingReason
from tests.houses import Server
from tests.people import EVIL, arrange, overflow, violations


def keep(work: Work, office: Office) -> None:
    """Keep fifteen answers of today, as if visitors had given them."""
    now = datetime.now(UTC)
    service = work.session.query(Service).filter_by(code="A").one()
    for score in (4, 4, 4, 3, 3, 1, 4, 4, 2, 3, 4, 1, 4, 4, 3):
        rating = Rating(
            office_id=office.id,
            service_id=service.id,
            day=office.today(now),
            score=score,
            comment=EVIL if score == 2 else None,
            channel="phone",
            at=now,
        )
        work.session.add(rating)
        work.session.flush()
        if score == 1:
            work.session.add_all(
                [
                    RatingReason(rating_id=rating.id, reason=each)
                    for each in ("unfriendly", "broker")
                ]
            )


def test_a_manager_reads_the_ratings_and_changes_their_rules(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/ratings?lang=id")
    expect(manager.get_by_text("Jawaban terlalu sedikit untuk dirinci.")).to_have_count(3)
    arrange(server, keep)
    manager.get_by_role("link", name="Hari ini").last.click()
    expect(manager.locator("[data-score='4']")).to_have_text("8")
    page = manager.locator("main")
    expect(page).to_contain_text("80%")
    expect(manager.get_by_role("row", name="Perekaman KTP-el")).to_contain_text("15")
    expect(manager.get_by_role("row", name="Tidak ramah")).to_contain_text("2")
    expect(page).to_contain_text(EVIL)
    expect(page).not_to_contain_text("Ada calo")
    assert violations(manager) == []
    assert overflow(manager) <= 0
    manager.get_by_text("Aturan penilaian").click()
    manager.get_by_label("Jam setelah kunjungan").fill("24")
    manager.get_by_role("button", name="Simpan").click()
    expect(page).to_contain_text("Tersimpan")
    manager.get_by_text("Aturan penilaian").click()
    expect(manager.get_by_label("Jam setelah kunjungan")).to_have_value("24")
    manager.goto(f"{server.url}/manager/ratings?lang=en&from=2026-02-30&to=x")
    expect(page.get_by_role("alert")).to_have_text("Please choose two days.")
    assert violations(manager) == []
