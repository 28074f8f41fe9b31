"""How a page calls the API when the network misbehaves."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route

from tests.web.conftest import ADDRESS

#: Sends a wish, with the waits between tries made short; returns the answer or what was raised.
SEND = """
async (path) => {
  const { send, read } = await import("/static/web/api.js");
  const wait = window.setTimeout;
  window.setTimeout = (act, after) => wait(act, after < 8000 ? after / 50 : after);
  try {
    return { answer: await (path.startsWith("/read") ? read(path) : send(path, { score: 4 })) };
  } catch (error) {
    return {
      raised: error.constructor.name, message: error.message,
      code: error.code, fields: error.fields,
    };
  }
}
"""


def answering(page: Page, *answers: Callable[[Route], None]) -> list[Any]:
    """Answer the page's calls one by one, the last for ever; return the requests as they come."""
    seen: list[Any] = []

    def answer(route: Route) -> None:
        seen.append(route.request)
        answers[min(len(seen), len(answers)) - 1](route)

    page.route(f"{ADDRESS}/api/**", answer)
    return seen


def whole(route: Route) -> None:
    """Answer well."""
    route.fulfill(status=201, json={"score": 4})


def broken(route: Route) -> None:
    """Answer with half a body."""
    route.fulfill(status=201, body='{"sco')


def refused(route: Route) -> None:
    """Answer with a problem document."""
    route.fulfill(
        status=422,
        json={"code": "input_invalid", "detail": "Isian salah.", "fields": {"score": ["?"]}},
        content_type="application/problem+json",
    )


def test_a_lost_answer_is_asked_for_again_with_the_same_key(blank: Page) -> None:
    seen = answering(blank, lambda route: route.abort(), broken, whole)
    assert blank.evaluate(SEND, "/tickets/x/rating") == {"answer": {"score": 4}}
    assert len(seen) == 3
    keys = {each.headers["idempotency-key"] for each in seen}
    assert len(keys) == 1
    assert len(keys.pop()) == 32


def test_two_wishes_have_two_keys(blank: Page) -> None:
    seen = answering(blank, whole)
    blank.evaluate(SEND, "/tickets/x/rating")
    blank.evaluate(SEND, "/tickets/x/rating")
    assert len({each.headers["idempotency-key"] for each in seen}) == 2


def test_a_refusal_tells_people_and_programs_and_is_not_retried(blank: Page) -> None:
    seen = answering(blank, refused)
    raised = blank.evaluate(SEND, "/tickets/x/rating")
    assert raised == {
        "raised": "Refusal",
        "message": "Isian salah.",
        "code": "input_invalid",
        "fields": {"score": ["?"]},
    }
    assert len(seen) == 1


def test_a_server_that_is_busy_or_parted_from_its_database_is_given_time(blank: Page) -> None:
    problem = {"code": "unavailable", "detail": "Sebentar."}
    seen = answering(
        blank,
        lambda route: route.fulfill(status=503, json=problem),
        lambda route: route.fulfill(status=504, json=problem),
        whole,
    )
    assert blank.evaluate(SEND, "/tickets/x/rating") == {"answer": {"score": 4}}
    assert len(seen) == 3


def test_a_server_that_is_not_there_is_called_unreachable(blank: Page) -> None:
    seen = answering(blank, lambda route: route.abort())
    assert blank.evaluate(SEND, "/tickets/x/rating")["raised"] == "Unreachable"
    assert len(seen) == 4


def test_a_page_that_a_proxy_puts_in_place_of_the_server_means_unreachable(blank: Page) -> None:
    answering(blank, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    assert blank.evaluate(SEND, "/tickets/x/rating")["raised"] == "Unreachable"


def test_reading_carries_no_key(blank: Page) -> None:
    seen = answering(blank, lambda route: route.fulfill(json={"version": 3}))
    assert blank.evaluate(SEND, "/read") == {"answer": {"version": 3}}
    assert "idempotency-key" not in seen[0].headers
    assert seen[0].headers["accept-language"] == "id"
