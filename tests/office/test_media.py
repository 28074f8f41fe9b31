"""Media between calls: order, schedule and zones, on each database."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from office import floor, logo, media, zones
from office.errors import Invalid
from office.media import (
    CaptionsInvalid,
    MediumUnknown,
    Schedule,
    ScheduleWrong,
    Wish,
    shown_in,
    webvtt,
)
from office.screens import remove_zone
from office.shelf import Stored
from office.zones import ZoneUnknown
from tests.houses import Staffed
from tests.office.observing import last_change

NOTICE = Wish({"id": "Libur", "en": "Holiday"}, {"id": "Kantor tutup.", "en": "We are closed."})
VIDEO = Stored("a" * 64 + ".mp4", "video", 4_000)
WEDNESDAY = date(2026, 11, 25)


def do(staffed: Staffed, verb: Any, *values: Any, **named: Any) -> Any:
    """Do a manager's verb in the office's turn; return the number of what it returns, if any."""

    def act(work: Any, office: Any) -> Any:
        done = verb(work, office, staffed.actors["manager"], staffed.clock.now(), *values, **named)
        return getattr(done, "id", done)

    return staffed.in_turn(act)


def titles(staffed: Staffed, zone: int | None = None, day: date = WEDNESDAY) -> list[str]:
    """Return what the screens of a zone show on a day."""
    found: list[str] = staffed.read(
        lambda work, office: [
            each.title("id") for each in shown_in(media.media_of(work, office.id), zone, day)
        ]
    )
    return found


def named(title: str, **more: Any) -> Wish:
    """Return a notice called so."""
    return replace(NOTICE, titles={"id": title}, **more)


@pytest.mark.parametrize(
    ("schedule", "covered"),
    [
        (Schedule(), True),
        (Schedule(first_day=WEDNESDAY, last_day=WEDNESDAY), True),
        (Schedule(first_day=date(2026, 11, 26)), False),
        (Schedule(last_day=date(2026, 11, 24)), False),
        (Schedule(weekdays=(2,)), True),
        (Schedule(weekdays=(0, 1, 3, 4, 5, 6)), False),
    ],
)
def test_a_schedule_covers_its_days_both_ends_included(schedule: Schedule, covered: bool) -> None:
    assert schedule.checked().covers(WEDNESDAY) is covered


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(weekdays=()),
        Schedule(weekdays=(7,)),
        Schedule(first_day=WEDNESDAY, last_day=date(2026, 11, 24)),
        Schedule(begins=time(9), ends=time(9)),
    ],
)
def test_a_schedule_without_a_moment_is_refused(schedule: Schedule) -> None:
    with pytest.raises(ScheduleWrong):
        schedule.checked()


def test_media_are_shown_in_the_order_the_manager_gives(staffed: Staffed) -> None:
    first, second = (do(staffed, media.add_medium, named(each)) for each in "AB")
    third = do(staffed, media.add_medium, named("C"), VIDEO)
    assert titles(staffed) == ["A", "B", "C"]
    do(staffed, media.move_medium, third, later=False)
    do(staffed, media.move_medium, first, later=False)
    assert titles(staffed) == ["A", "C", "B"]
    do(staffed, media.move_medium, first, later=True)
    assert titles(staffed) == ["C", "A", "B"]
    do(staffed, media.change_medium, second, named("B", active=False))
    assert titles(staffed) == ["C", "A"]
    assert do(staffed, media.remove_medium, third) == VIDEO.name
    assert titles(staffed) == ["A"]
    with pytest.raises(MediumUnknown):
        do(staffed, media.remove_medium, third)


def test_every_change_tells_the_screens_and_names_nothing(staffed: Staffed) -> None:
    number = do(staffed, media.add_medium, NOTICE)
    assert last_change(staffed)["kind"] == "office_changed"
    before = staffed.read(lambda _work, office: office.version)
    do(staffed, media.change_medium, number, named("Lain"))
    do(staffed, media.remove_medium, number)
    assert staffed.read(lambda _work, office: office.version) == before + 2
    assert "Lain" not in str(last_change(staffed))


def test_a_zones_media_hang_there_alone_and_everywhere_when_it_is_gone(staffed: Staffed) -> None:
    zone = do(staffed, zones.add_zone, {"id": "Kiri"}, None, [5])
    do(staffed, media.add_medium, named("A"))
    do(staffed, media.add_medium, named("B", zone_id=zone))
    assert titles(staffed) == ["A"]
    assert titles(staffed, zone) == ["A", "B"]
    do(staffed, remove_zone, zone)
    assert titles(staffed) == ["A", "B"]
    with pytest.raises(ZoneUnknown):
        do(staffed, media.add_medium, named("C", zone_id=zone))


def test_what_makes_no_sense_is_refused(staffed: Staffed) -> None:
    for wish in (
        named(""),
        named("A" * 121),
        named("A", seconds=4),
        named("A", seconds=301),
        named("A", texts={"id": "a" * 601}),
    ):
        with pytest.raises(Invalid):
            do(staffed, media.add_medium, wish)
    assert titles(staffed) == []


def test_captions_are_webvtt_and_belong_to_videos(staffed: Staffed) -> None:
    said = "WEBVTT\n\n00:00.000 --> 00:02.000\nSelamat datang\n"
    assert webvtt(said.encode("utf-8-sig")) == said
    for wrong in (b"1\n00:00", b"WEBVTTX", b"WEBVTT\n\0", b"\xff\xfe", b"WEBVTT" + b" " * 200_000):
        with pytest.raises(CaptionsInvalid):
            webvtt(wrong)
    video = do(staffed, media.add_medium, named("A"), VIDEO)
    do(staffed, media.caption_medium, video, said.encode())
    notice = do(staffed, media.add_medium, NOTICE)
    with pytest.raises(CaptionsInvalid):
        do(staffed, media.caption_medium, notice, said.encode())


def test_what_a_screen_could_not_show_is_an_alert_until_it_is_changed(staffed: Staffed) -> None:
    number = do(staffed, media.add_medium, named("Film"), VIDEO)

    def alerts() -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = staffed.read(
            lambda work, office: [
                (each["sort"], each["device"])
                for each in floor.floor(work, office, staffed.clock.now())["alerts"]
                if each["sort"] == "media"
            ]
        )
        return found

    assert alerts() == []
    staffed.in_turn(
        lambda work, office: media.report_broken(work, office.id, number, staffed.clock.now())
    )
    assert alerts() == [("media", "Film")]
    do(staffed, media.change_medium, number, named("Film"))
    assert alerts() == []


def test_space_is_counted(staffed: Staffed) -> None:
    for _ in range(2):
        do(staffed, media.add_medium, named("A"), VIDEO)
    used = staffed.read(lambda work, office: media.space_used(work, office.id))
    assert used == 8_000
    assert staffed.read(lambda work, _office: VIDEO.name in media.media_files(work))


def test_a_logo_takes_the_place_of_the_former_one(staffed: Staffed) -> None:
    assert do(staffed, logo.choose_logo, "b" * 64 + ".png") is None
    assert do(staffed, logo.choose_logo, "c" * 64 + ".png") == "b" * 64 + ".png"
    assert staffed.read(lambda work, office: logo.logo_of(work, office.id)) == "c" * 64 + ".png"
    assert do(staffed, logo.choose_logo, None) == "c" * 64 + ".png"
    assert staffed.read(lambda work, office: logo.logo_of(work, office.id)) is None
