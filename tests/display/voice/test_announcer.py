"""The announcer in a real browser: whole calls, in order, one at a time."""

import itertools
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from display.voice.chime import chime
from display.voice.synthesis import Voice
from tests.display.voice.hall import Hall, hall, tone

CALL = re.compile(r"/voice/(id|en)/([A-Z0-9]+)/([0-9]+)\.wav")


def short(address: str) -> bytes:
    """Return a sound by whose length it is known: a chime of 0.2 s, calls from 0.3 s on."""
    match = CALL.fullmatch(address)
    if match is None:
        return tone(0.2)
    return tone(0.3 + int(match[3]) / 100 + (0.2 if match[1] == "en" else 0))


@pytest.fixture
def quick_hall(television: Browser) -> Iterator[Hall]:
    """Open a hall whose sounds are short."""
    with hall(television, short) as opened:
        opened.wait_for("ready")
        yield opened


def lengths(heard: list[dict[str, float]]) -> list[float]:
    """Return how long the sounds are, in seconds."""
    return [round(each["length"], 2) for each in heard]


def assert_whole_and_apart(heard: list[dict[str, float]]) -> None:
    """Fail if a sound was cut short or two sounded at once."""
    for sound in heard:
        assert sound["to"] - sound["from"] >= sound["length"] - 0.03
    for before, after in itertools.pairwise(heard):
        assert after["from"] >= before["from"] + before["length"] - 0.03


def test_three_calls_within_a_second_are_heard_whole_and_in_order(
    television: Browser, tmp_path: Path
) -> None:
    voice = Voice(tmp_path / "voice")

    def spoken(address: str) -> bytes:
        match = CALL.fullmatch(address)
        if match is None:
            return chime()
        return voice.call(match[2], int(match[3]), match[1])

    with hall(television, spoken) as opened:
        opened.wait_for("ready")
        for label, counter in (("A012", 3), ("C007", 1), ("A013", 11)):
            assert opened.announce(label, counter)
            time.sleep(0.3)
        opened.wait_for("end", 3, seconds=60)
        heard = opened.heard()
        assert opened.labels("start") == opened.labels("end") == ["A012", "C007", "A013"]
        assert [each["spoken"] for each in opened.told("end")] == [True, True, True]
    assert len(heard) == 6
    assert lengths(heard[::2]) == [0.9, 0.9, 0.9]
    assert all(3 < each["length"] < 8 for each in heard[1::2])
    assert_whole_and_apart(heard)


def test_a_call_sounds_within_300_ms(quick_hall: Hall) -> None:
    assert quick_hall.announce("A001")
    quick_hall.wait_for("end")
    wait = quick_hall.ask(
        """new Promise((resolve) => {
          const before = performance.now();
          const known = window.heard.length;
          window.announcer.announce({ label: "A002", counter: 1 });
          const look = () => window.heard.length > known
            ? resolve(performance.now() - before) : setTimeout(look, 1);
          look();
        })"""
    )
    assert wait < 300


def test_english_follows_indonesian_for_a_visitor_who_chose_it(quick_hall: Hall) -> None:
    assert quick_hall.announce("A001", 2, locale="en")
    quick_hall.wait_for("end")
    assert lengths(quick_hall.heard()) == [0.2, 0.32, 0.52]
    assert_whole_and_apart(quick_hall.heard())


def test_a_dropped_call_is_not_spoken(quick_hall: Hall) -> None:
    for label in ("A001", "A002", "A003"):
        quick_hall.announce(label)
    quick_hall.drop("A002")
    quick_hall.wait_for("end", 2)
    quick_hall.announce("A004")
    quick_hall.wait_for("end", 3)
    assert quick_hall.labels("start") == ["A001", "A003", "A004"]


def test_a_call_being_spoken_is_never_cut_short(quick_hall: Hall) -> None:
    quick_hall.announce("A001")
    quick_hall.wait_for("start")
    quick_hall.drop("A001")
    quick_hall.announce("A002")
    quick_hall.wait_for("end", 2)
    assert quick_hall.labels("end") == ["A001", "A002"]
    assert_whole_and_apart(quick_hall.heard())


def test_recalls_yield_to_first_calls(quick_hall: Hall) -> None:
    quick_hall.announce("A001")
    quick_hall.announce("A002", repeat=True)
    quick_hall.announce("A003", repeat=True)
    quick_hall.announce("A004")
    quick_hall.wait_for("end", 4)
    assert quick_hall.labels("start") == ["A001", "A004", "A002", "A003"]


def test_a_recall_of_a_call_still_waiting_is_not_spoken_twice(quick_hall: Hall) -> None:
    quick_hall.announce("A001")
    assert quick_hall.announce("A002", 5)
    assert not quick_hall.announce("A002", 5, repeat=True)
    assert not quick_hall.announce("A002", 5)
    quick_hall.wait_for("end", 2)
    assert quick_hall.labels("start") == ["A001", "A002"]


def test_a_call_to_another_counter_takes_the_place_of_one_still_waiting(quick_hall: Hall) -> None:
    quick_hall.announce("A001", 1)
    quick_hall.announce("A002", 5)
    quick_hall.announce("A002", 6)
    quick_hall.wait_for("end", 2)
    assert quick_hall.labels("start") == ["A001", "A002"]
    assert lengths(quick_hall.heard()) == [0.2, 0.31, 0.2, 0.36]


def test_late_and_stale_calls_are_not_spoken(quick_hall: Hall) -> None:
    now = quick_hall.ask("Date.now()")
    old = quick_hall.ask("new Date(Date.now() - 31000).toISOString()")
    assert not quick_hall.announce("A001", late=True)
    assert not quick_hall.announce("A002", at=old)
    assert quick_hall.announce("A003", at=now - 20_000)
    quick_hall.wait_for("end")
    assert quick_hall.labels("start") == ["A003"]


def test_a_call_made_in_time_is_spoken_however_long_the_ones_before_it_take(
    quick_hall: Hall,
) -> None:
    quick_hall.announce("A001")
    assert quick_hall.announce("A002")
    quick_hall.ask("window.offset = 60_000")
    quick_hall.wait_for("end", 2)
    assert quick_hall.labels("start") == ["A001", "A002"]


def test_without_the_voice_the_chime_is_heard_and_the_page_told(television: Browser) -> None:
    with hall(television, lambda address: None if "A001" in address else short(address)) as opened:
        opened.announce("A001")
        opened.announce("A002")
        opened.wait_for("end", 2)
        assert [(each["label"], each["spoken"]) for each in opened.told("end")] == [
            ("A001", False),
            ("A002", True),
        ]
        assert lengths(opened.heard()) == [0.2, 0.2, 0.33]


def test_a_clip_that_is_no_sound_does_not_stop_the_calls_after_it(television: Browser) -> None:
    with hall(television, lambda address: b"?" if "A001" in address else short(address)) as opened:
        opened.announce("A001")
        opened.announce("A002")
        opened.wait_for("end", 2)
        assert [each["spoken"] for each in opened.told("end")] == [False, True]


def test_a_clip_that_does_not_come_is_not_waited_for_without_end(television: Browser) -> None:
    ended = threading.Event()

    def stuck(address: str) -> bytes | None:
        if "A001" in address:
            ended.wait()
            return None
        return short(address)

    with hall(television, stuck, patience=500) as opened:
        opened.announce("A001")
        opened.announce("A002")
        opened.wait_for("end", 3)
        assert opened.labels("end") == ["A001", "A001", "A002"]
        assert [each["spoken"] for each in opened.told("end")[1:]] == [False, True]
        ended.set()


def test_words_that_the_network_kept_back_at_first_are_said_after_the_same_chime(
    quick_hall: Hall,
) -> None:
    quick_hall.page.route("**/A001/1.wav", lambda route: route.abort(), times=2)
    quick_hall.announce("A001", 1)
    quick_hall.announce("A002", 2)
    quick_hall.wait_for("end", 2)
    assert [(each["label"], each["spoken"]) for each in quick_hall.told("end")] == [
        ("A001", True),
        ("A002", True),
    ]
    assert lengths(quick_hall.heard()) == [0.2, 0.31, 0.2, 0.32]


def test_a_visitor_who_chose_english_hears_no_half_of_a_call(quick_hall: Hall) -> None:
    quick_hall.page.route("**/en/A001/1.wav", lambda route: route.abort(), times=2)
    quick_hall.announce("A001", 1, locale="en")
    quick_hall.wait_for("end")
    assert lengths(quick_hall.heard()) == [0.2, 0.31, 0.51]


def test_words_the_network_keeps_back_for_long_wait_whole_and_are_then_given_up(
    television: Browser,
) -> None:
    with hall(television, short, patience=500) as opened:
        opened.wait_for("ready")
        opened.page.route("**/A001/1.wav", lambda route: route.abort())
        opened.announce("A001", 1)
        opened.announce("A002", 2)
        opened.wait_for("end", 2)
        assert opened.ask("window.announcer.state") == "no_voice"
        opened.wait_for("end", 3)
        assert opened.labels("end") == ["A001", "A001", "A002"]
        assert [each["spoken"] for each in opened.told("end")[1:]] == [False, True]
        assert opened.ask("window.announcer.state") == "ready"
        # It chimed once, and then waited without another chime.
        assert lengths(opened.heard()) == [0.2, 0.2, 0.32]


def test_a_mistake_of_the_page_does_not_stop_the_announcements(quick_hall: Hall) -> None:
    quick_hall.ask(
        "window.told.push = function (each) {"
        " Array.prototype.push.call(this, each); if (each.label === 'A001') throw Error('page'); };"
        " 0"
    )
    quick_hall.announce("A001")
    quick_hall.announce("A002")
    quick_hall.wait_for("end", 2)
    assert quick_hall.labels("end") == ["A001", "A002"]


def test_a_silent_browser_is_reported_and_a_touch_mends_it(silent: Browser) -> None:
    with hall(silent, short) as opened:
        opened.wait_for("blocked")
        assert opened.announce("A001")
        opened.ask("window.offset = 31_000")
        assert opened.announce("A002")
        opened.page.wait_for_timeout(1500)
        assert opened.heard() == [] and opened.labels("start") == []
        opened.page.click("button")
        opened.wait_for("ready")
        opened.wait_for("end")
        opened.announce("A003")
        opened.wait_for("end", 2)
        assert opened.labels("end") == ["A002", "A003"]
        assert [each["what"] for each in opened.told()][:2] == ["blocked", "ready"]
        assert len(opened.told("blocked")) == 1


def test_a_key_mends_a_silent_browser_too(silent: Browser) -> None:
    with hall(silent, short) as opened:
        opened.wait_for("blocked")
        opened.announce("A001")
        opened.page.keyboard.press("Enter")
        opened.wait_for("end")
        assert opened.labels("end") == ["A001"]
