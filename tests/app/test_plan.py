"""An office as a file: set up, written again, and set up twice."""

import json
import tomllib
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from app.plan import SetUp, plan_of, written
from app.plan_parts import Plan, PlanWrong, read_plan
from kiosk.printing.office_printers import choose_printer
from kiosk.printing.slip_texts import write_slip_texts
from office.endings import endings_of, set_endings
from office.groups import Group, set_groups
from office.kiosk_rules import Rules, set_rules
from office.people import Account, Actor, actor_of_token
from office.place import Office, counter_numbered, the_office
from office.roster import Wish, add_shift
from office.voice import CHANGEABLE, change_settings, settings_of
from office.zones import Arrow, add_zone
from storage.work import Store, Work
from tests.app.test_backup import run
from tests.houses import MORNING, FixedClock, Staffed

VILLAGE = """
[office]
code = "desa"
names = {id = "Kantor Desa", en = "Village office"}
timezone = "Asia/Makassar"

[[classes]]
code = "ordinary"
names = {id = "Umum", en = "Ordinary"}
rate = 1.0

[[services]]
code = "S"
letter = "S"
number_to = 499
names = {id = "Surat Keterangan", en = "Statements"}
quota = 30

[[services]]
code = "W"
letter = "S"
number_from = 500
number_to = 599
names = {id = "Surat Waris", en = "Inheritance"}

[[counters]]
number = 1
services = ["S", "W"]

[[closed]]
day = 2026-12-25
names = {id = "Hari Natal", en = "Christmas"}

[[special_hours]]
first_day = 2099-02-01
last_day = 2099-03-02
names = {id = "Bulan puasa", en = "Fasting month"}
hours = {monday = ["08:00-12:00", "12:30-14:30"], saturday = ["09:00-11:00"]}

[[people]]
username = "kepala"
name = "Kepala Desa"
role = "manager"

[[devices]]
name = "Mesin antrean"
role = "kiosk"

[hours]
monday = ["08:00-12:00", "13:00-15:30"]
"""


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """A file of a small office."""
    file = tmp_path / "desa.toml"
    file.write_text(VILLAGE, encoding="utf-8")
    return file


def test_an_office_is_made_from_its_file_and_the_second_time_nothing_changes(
    store: Store, clock: FixedClock, village: Path
) -> None:
    plan = read_plan(village)
    with store.work() as work:
        first = SetUp(work, plan, clock.now())
        first.run()
    assert "made service W" in first.changes
    assert list(first.passwords) == ["kepala"]
    with store.work() as work:
        again = SetUp(work, plan, clock.now())
        again.run()
    assert (again.changes, again.passwords, again.tokens) == ([], {}, {})
    with store.read() as work:
        actor = actor_of_token(work, first.tokens["Mesin antrean"])
        assert actor is not None
        assert actor.role == "kiosk"
        assert read_plan(village) == plan_of(work, the_office(work, "desa"))


def test_what_the_file_changes_is_changed_and_the_rest_stays(
    store: Store, clock: FixedClock, village: Path
) -> None:
    with store.work() as work:
        SetUp(work, read_plan(village), clock.now()).run()
    changed = VILLAGE.replace("quota = 30", "quota = 40").replace(
        'services = ["S", "W"]', 'services = ["W"]'
    )
    village.write_text(changed.replace(', "13:00-15:30"', ""), encoding="utf-8")
    with store.work() as work:
        done = SetUp(work, read_plan(village), clock.now())
        done.run()
    assert sorted(done.changes) == [
        "changed counter 1: services",
        "changed service S: quota",
        "changed the hours",
    ]


def plan_in(text: str) -> Plan:
    """Return a file's text as a plan."""
    return Plan.model_validate(tomllib.loads(text))


def settle(work: Work, office: Office, by: Actor) -> None:
    """Give an office something other than usual in every setting."""
    day = office.today(MORNING)
    endings = endings_of(work, office)
    endings.outcomes[1] = replace(endings.outcomes[1], names={"id": "Kurang", "en": "Lacking"})
    set_endings(work, office, by, MORNING, replace(endings, return_days=3))
    add_zone(work, office, by, MORNING, {"id": "Lantai 2", "en": "Upstairs"}, Arrow.UP, [9, 10])
    set_groups(work, office, by, MORNING, [Group({"id": "Akta", "en": "Deeds"}, ("L", "M"))])
    set_rules(work, office, by, MORNING, Rules(most_files=2, per_identity=1))
    voice = {name: getattr(settings_of(work, office.id), name) for name in CHANGEABLE}
    quiet = [{"from": "08:00", "to": "09:00", "volume": 30, "speech": True}]
    change_settings(work, office, by, MORNING, {**voice, "repeats": 2, "stretches": quiet})
    write_slip_texts(work, office, by, MORNING, {"id": "# {{ number }}\n> {{ service }}"})
    choose_printer(work, office, by, MORNING, "tcp://10.0.0.9?width=58")
    person = work.session.query(Account).filter_by(office_id=office.id, username="petugas3").one()
    at = counter_numbered(work, office.id, 3).id
    hours = time(8), time(15), time(12), time(13)
    add_shift(work, office, by, MORNING, Wish(at, person.id, day, day, (day.weekday(),), *hours))
    office.target_wait_min, office.carries_over = 20, True


def test_the_sample_office_comes_out_of_its_file_as_it_went_in(
    staffed: Staffed, tmp_path: Path
) -> None:
    def look(work: Work, office: Office) -> str:
        return written(plan_of(work, office))

    staffed.in_turn(lambda work, office: settle(work, office, staffed.actors["manager"]))
    text = staffed.read(look)
    file = tmp_path / "office.toml"
    file.write_text(text, encoding="utf-8")
    with staffed.store.work() as work:
        done = SetUp(work, read_plan(file), staffed.clock.now())
        done.run()
    assert done.changes == []
    file.write_text(text.replace('"dukcapil"', '"cabang"'), encoding="utf-8")
    with staffed.store.work() as work:
        SetUp(work, read_plan(file), staffed.clock.now()).run()
    with staffed.store.read() as work:
        branch = written(plan_of(work, the_office(work, "cabang")))
    assert branch == text.replace('"dukcapil"', '"cabang"')
    assert "password" not in text
    for part in ("endings", "zones", "groups", "kiosk", "voice", "printer", "slip", "roster"):
        assert getattr(plan_in(text), part), part


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"Asia/Makassar"', '"Asia/Mataram"', "there is no time zone Asia/Mataram"),
        ("quota = 30", "qouta = 30", "services.0.qouta"),
        ("number_from = 500", "number_from = 100", "overlap"),
        ("number_from = 500", "number_from = 700", "number_to lies before number_from"),
        ("number_to = 499", "", "overlap"),
        ('["S", "W"]', '["S", "X"]', "counter 1 serves unknown X"),
        ('code = "W"', 'code = "S"', "service S is there twice"),
        ("08:00-12:00", "12:00-08:00", "ends before it begins"),
        ("08:00-12:00", "08:00-14:00", "overlaps"),
        ("08:00-12:00", "pagi", "is not of the form 08:00-12:00"),
        ("monday", "senin", "there is no day senin"),
        ('role = "manager"', 'role = "kiosk"', "the role of a device"),
        ('role = "kiosk"', 'role = "manager"', "the role of a person"),
        ("[office]", "[office", "not valid TOML"),
        ('letter = "S"', 'letter = "s"', "services.0.letter"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_its_place(
    village: Path, old: str, new: str, said: str
) -> None:
    village.write_text(VILLAGE.replace(old, new), encoding="utf-8")
    with pytest.raises(PlanWrong, match=said):
        read_plan(village)


def test_the_commands_set_an_office_up_and_write_it_again(tmp_path: Path, village: Path) -> None:
    data = tmp_path / "office"
    status, said = run("init", "--from", village, "--data", data, "--json")
    assert status == 0
    told = json.loads(said)
    assert set(told) == {"changes", "passwords", "tokens"}
    assert told["passwords"]["kepala"]
    status, said = run("init", "--from", village, "--data", data)
    assert (status, said) == (0, "nothing to change\n")
    status, said = run("export", "--data", data)
    assert status == 0
    assert tomllib.loads(said)["services"][0]["quota"] == 30
    village.write_text("[office]", encoding="utf-8")
    status, said = run("init", "--from", village, "--data", tmp_path / "other")
    assert status == 1
    assert "office.code" in said
    assert not (tmp_path / "other" / "antrean.db").exists()
    assert run("export", "--data", tmp_path / "nowhere")[0] == 1


def test_what_an_office_refuses_changes_nothing(tmp_path: Path, village: Path) -> None:
    data = tmp_path / "office"
    text = (
        VILLAGE
        + """
[[groups]]
names = {id = "Surat"}
services = ["S"]
"""
    )
    village.write_text(text, encoding="utf-8")
    status, said = run("init", "--from", village, "--data", data)
    assert (status, "group_unnamed" in said) == (1, True)
    assert run("export", "--data", data) == (1, "Error: there is no such office\n")
