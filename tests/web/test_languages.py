"""Which language an answer is in, and that the screens' catalogues do not contradict each other."""

from collections import defaultdict
from collections.abc import Callable

import pytest

from office.people import Role
from tests.web.browsing import Browser
from tools.messages import catalogues, translated

INDONESIAN, ENGLISH = '<html lang="id"', '<html lang="en"'

#: None of these tests has to do with the database.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


def test_no_sentence_of_one_screen_is_translated_otherwise_by_another(shared_url: str) -> None:
    """All catalogues are read into one; which of two translations wins would be chance."""
    said = defaultdict(set)
    for _screen, file in catalogues():
        for message in translated(file):
            if message.id:
                said[message.context, str(message.id)].add(str(message.string))
    assert {sentence: texts for sentence, texts in said.items() if len(texts) > 1} == {}


def test_pages_are_indonesian_until_another_language_is_wanted(browser_profile: Browser) -> None:
    assert INDONESIAN in browser_profile.get("/sign-in").text
    assert INDONESIAN in browser_profile.get("/sign-in", Accept_Language="fr, de;q=0.5").text
    assert ENGLISH in browser_profile.get("/sign-in", Accept_Language="en-GB, en;q=0.9").text
    assert INDONESIAN in browser_profile.get("/sign-in?lang=fr").text


def test_a_language_once_chosen_is_kept_whatever_the_browser_prefers(
    browser_profile: Browser,
) -> None:
    assert ENGLISH in browser_profile.get("/sign-in?lang=en", Accept_Language="id").text
    assert ENGLISH in browser_profile.get("/link", Accept_Language="id").text
    assert browser_profile.call("GET", "/board")[1]["detail"].startswith("Please sign in")
    assert INDONESIAN in browser_profile.get("/sign-in?lang=id").text
    assert INDONESIAN in browser_profile.get("/link", Accept_Language="en").text


def test_a_pages_own_call_is_answered_in_the_pages_language(browser_profile: Browser) -> None:
    """A kiosk's visitor is not answered in what a manager once chose in the same browser."""
    assert ENGLISH in browser_profile.get("/sign-in?lang=en").text
    told = browser_profile.get("/api/v1/board", Accept="application/json", Accept_Language="id")
    assert told.get_json()["detail"].startswith("Silakan masuk")


def test_a_device_in_the_hall_begins_in_indonesian_for_everybody(
    browser_profile: Browser, make_link_code: Callable[..., tuple[int, str]]
) -> None:
    for role, path in ((Role.KIOSK, "/kiosk"), (Role.SCREEN, "/display")):
        browser_profile.link(make_link_code(role)[1])
        assert INDONESIAN in browser_profile.get(path, Accept_Language="en").text
        assert ENGLISH in browser_profile.get(f"{path}?lang=en").text
        assert INDONESIAN in browser_profile.get(path, Accept_Language="en").text
