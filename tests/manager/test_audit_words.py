"""The audit trail's words: every setting, and all that an audited row tells, has a name."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from manager.audit import TOLD_ELSEWHERE
from manager.audit_words import (
    NAMES,
    NOTHING,
    PARTS,
    VALUES,
    differing,
    name_of,
    value_of,
)
from office.auditing import AUDITED
from office.early import Fate
from office.journal import Kind
from office.outcomes import Follow
from office.place import Office, PolicyName
from office.screens import Layout
from office.voice import CounterName, English, Style, Tone
from office.zones import Arrow
from storage.work import Work
from tests.houses import Staffed

ROOT = Path(__file__).resolve().parent.parent.parent
HOUSE = ("app", "counter", "display", "kiosk", "manager", "office", "surveys", "web")
#: Of these settings what is told hangs on which screen, counter or days they are about.
ABOUT: dict[str, dict[str, Any]] = {
    "service": {"service": "A"},
    "counter": {"counter": 1},
    "plan": {"counter": 1},
    "closed_days": {"present": {"2099-05-04": {}}},
    "survey_weight": {"year": 2026},
}


def names_in(told: Any, within: str = "") -> Iterator[str]:
    """Yield the names of what a setting tells, at any depth, save what is named by a code."""
    if isinstance(told, list):
        for each in told:
            yield from names_in(each, within)
    elif isinstance(told, dict):
        for name, value in told.items():
            coded = within in ("services", "rates", "questions") or set(told) <= {"id", "en"}
            if not coded:
                yield name
            yield from names_in(value, "" if coded else name)


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_every_setting_and_all_that_it_tells_has_a_name(
    shared_app: APIFlask, staffed: Staffed
) -> None:
    settings = shared_app.extensions["antrean"].settings
    assert len(settings) > 20

    def look(work: Work, office: Office) -> None:
        for part, setting in settings.items():
            assert part in PARTS, part
            if part == "screens":
                continue
            told = setting.told(work, office, ABOUT.get(part, {}))
            for name in names_in(told):
                with shared_app.test_request_context():
                    assert name_of(name) != name, (part, name)

    staffed.read(look)


def told_by_code() -> Iterator[tuple[str, str]]:
    """Yield file and name of what the code writes into audited rows of the journal."""
    audited = {kind.name for kind in AUDITED}
    for file in (each for folder in HOUSE for each in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            kinds = {each.attr for each in node.args if isinstance(each, ast.Attribute)}
            if kinds & audited:
                for keyword in node.keywords:
                    if keyword.arg is not None:
                        yield file.name, keyword.arg
                    if keyword.arg == "part" and isinstance(keyword.value, ast.Constant):
                        assert keyword.value.value in PARTS, (file.name, keyword.value.value)


def test_all_that_audited_rows_tell_has_a_name() -> None:
    told = set(told_by_code())
    assert len(told) > 40
    named = set(NAMES) | set(TOLD_ELSEWHERE)
    assert {each for each in told if each[1] not in named} == set()
    assert Kind.OFFICE_CHANGED in AUDITED


def test_values_that_are_codes_have_words() -> None:
    choices = {
        **{"policy": PolicyName, "layout": Layout, "arrow": Arrow, "follow": Follow},
        **{"english": English, "tone": Tone, "style": Style, "counter_name": CounterName},
        "fate": Fate,
    }
    for name, kinds in choices.items():
        assert set(VALUES[name]) == {each.value for each in kinds}, name


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_values_are_told_as_people_say_them(shared_app: APIFlask) -> None:
    week = ["08.00–12.00", *[""] * 6]
    called = {"K": "KTP-el", "zone:3": "Sayap kiri"}
    with shared_app.test_request_context("/?lang=id"):
        assert value_of(week, "week").startswith("Sen 08.00–12.00; Sel –")
        assert value_of({"id": "Rekam", "en": "Enrol"}) == (
            "Bahasa Indonesia: Rekam; Bahasa Inggris: Enrol"
        )
        assert value_of([{"code": "K", "helps_after_min": None}], "services", called) == (
            "Kode: KTP-el; Membantu setelah sekian menit: –"
        )
        assert value_of(3, "zone", called) == "Sayap kiri"
        assert value_of("ratio", "policy", NOTHING) == "Dua banding satu"
        assert name_of("2099-05-04") == "4 Mei 2099"
        assert value_of(True) == "ya"


def test_of_lists_only_what_differs_is_told() -> None:
    one, two, three = {"code": "a"}, {"code": "b"}, {"code": "c"}
    assert differing([one, two], [one, three]) == ([two], [three])
    assert differing([one, two], [two, one]) == ([one, two], [two, one])
    assert differing([one], [one, two]) == ([], [two])
    assert differing(["A"], ["A", "B"]) == (["A"], ["A", "B"])
