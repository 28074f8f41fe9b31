"""The tablet at the exit in a real browser, and what its answers bring about elsewhere."""

from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, expect

from office.devices import add_device
from office.people import Role
from office.slip_code import slip_code
from office.tickets import ticket_with_token
from surveys.ratings import Rating, RatingReason
from surveys.taps import Tap
from tests.houses import Server
from tests.people import arrange, overflow, violations


def visited(server: Server) -> tuple[str, str, str]:
    """Let a visit of J be finished at counter 5; return its number, secret and code."""
    _status, ticket = server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "J"})
    for verb in ("next", "start", "finish"):
        clerk = server.tokens["clerks"]["5"]
        status, answer = server.ask("POST", f"/counters/5/{verb}", clerk, {})
        assert status == 200, answer
    token = ticket["token"]
    code = arrange(
        server, lambda work, _office: slip_code(ticket_with_token(work, token).token_hash)
    )
    return ticket["label"], token, code


def answers(server: Server) -> list[tuple[int, str, list[str]]]:
    """Return score, channel and reasons of each answer kept."""
    found: list[tuple[int, str, list[str]]] = arrange(
        server,
        lambda work, _office: [
            (
                each.score,
                each.channel,
                sorted(
                    row.reason
                    for row in work.session.query(RatingReason).filter_by(rating_id=each.id)
                ),
            )
            for each in work.session.query(Rating).order_by(Rating.id)
        ],
    )
    return found


def taps(server: Server) -> int:
    """Return how many taps without a slip were kept."""
    count: int = arrange(server, lambda work, _office: work.session.query(Tap).count())
    return count


def opened(page: Page, server: Server) -> Page:
    """Make `page` an exit tablet, lying."""
    code = arrange(
        server,
        lambda work, office: add_device(work, office.id, Role.EXIT, "Pintu", datetime.now(UTC))[1],
    )
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{server.url}/link/{code}")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/exit")
    return page


def touch(page: Page, letters: str) -> None:
    """Type on the tablet's own keys."""
    for letter in letters:
        page.locator(".key", has_text=letter).filter(has_text=letter).first.click()


def is_on(page: Page, step: str) -> None:
    """See that the tablet shows this step and no other, wholly, and that axe finds nothing."""
    expect(page.locator(f"[data-step={step}]")).to_be_visible()
    expect(page.locator("[data-step]:visible")).to_have_count(1)
    assert violations(page) == []
    assert overflow(page) <= 0
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight"), step


def test_whoever_leaves_answers_with_the_slip_by_touch_or_scan_once(
    page: Page, server: Server
) -> None:
    first, second = visited(server), visited(server)
    tablet = opened(page, server)
    is_on(tablet, "faces")
    tablet.locator("[data-score='1']").click()
    is_on(tablet, "slip")
    touch(tablet, first[0])
    expect(tablet.locator("#code")).to_be_focused()
    touch(tablet, "3333" if first[2] != "3333" else "4444")
    tablet.locator("[data-slip-form] [type=submit]").click()
    expect(tablet.locator("[data-refused-text]")).to_contain_text("tidak cocok")
    tablet.locator("#code").fill(first[2].lower())
    tablet.locator("#code").press("Enter")
    is_on(tablet, "more")
    for reason in ("waited_long", "unclear", "asked_for_money", "unclear"):
        tablet.locator(f"[data-reason={reason}]").click()
    tablet.locator("[data-talk]").click()
    is_on(tablet, "thanks")
    expect(tablet.locator("[data-talk-told]")).to_be_visible()
    assert answers(server) == [(1, "exit", ["asked_for_money", "waited_long"])]
    floor = server.ask("GET", "/floor", server.tokens["manager"])[1]
    talks = [each for each in floor["alerts"] if each["sort"] == "talk"]
    assert [(each["label"], each["counter"]) for each in talks] == [(first[0], 5)]
    expect(tablet.locator("[data-step=faces]")).to_be_visible()

    # A scanner types an address; the same slip does not count twice.
    for number, (_label, token, _code) in enumerate((second, first)):
        tablet.keyboard.type(f"{server.url}/t/{token}")
        tablet.keyboard.press("Enter")
        tablet.locator("[data-score='4']").click()
        if number == 0:
            expect(tablet.locator("[data-step=more]")).to_be_visible()
            tablet.locator("[data-nothing]").click()
            expect(tablet.locator("[data-step=faces]")).to_be_visible()
    expect(tablet.locator("[data-refused-text]")).to_contain_text("sudah menilai")
    tablet.locator("[data-no-slip]").click()
    expect(tablet.locator("[data-step=thanks]")).to_be_visible()
    assert [each[:2] for each in answers(server)] == [(1, "exit"), (4, "exit")]
    assert taps(server) == 1


def test_a_guessed_code_is_not_tried_for_ever(server: Server) -> None:
    label, _token, code = visited(server)
    statuses: list[Any] = []
    for _ in range(22):
        body = {"label": label, "code": "3333" if code != "3333" else "4444", "score": 1}
        status, _answer = server.ask("POST", "/exit/rating", server.tokens["exit"], body)
        statuses.append(status)
    assert statuses[:20] == [404] * 20
    assert statuses[20:] == [429] * 2
