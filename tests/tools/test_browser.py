"""Which Chromium is taken, and what happens when there is none."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import browser

Maker = Callable[..., Path]


@pytest.fixture
def make_program(tmp_path: Path) -> Maker:
    """Make programs that say a version, or fail as one does that lacks a library."""

    def make(name: str, status: int = 0) -> Path:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {status}\n")
        program.chmod(0o755)
        return program

    return make


@pytest.fixture
def nothing_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """A machine without any Chromium; what is asked of its installers is noted."""
    asked: list[list[str]] = []
    run = subprocess.run

    def noted(words: list[str], **options: object) -> object:
        if "playwright" in words or words[0] == "apt-get":
            asked.append([word for word in words if word != sys.executable])
            return None
        return run(words, **options)  # type: ignore[call-overload]

    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_playwrights_own", lambda: str(tmp_path / "own" / "chrome"))
    monkeypatch.setattr(subprocess, "run", noted)
    return asked


def test_the_named_one_goes_before_all(
    monkeypatch: pytest.MonkeyPatch, make_program: Maker, nothing_there: list[list[str]]
) -> None:
    make_program("chromium")
    named = make_program("another")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert browser.chromium() == str(named)


def test_one_that_does_not_start_is_passed_over(
    make_program: Maker, nothing_there: list[list[str]]
) -> None:
    make_program("chromium", status=127)
    working = make_program("google-chrome")
    assert browser.chromium() == str(working)


def test_nothing_is_fetched_where_one_starts(
    make_program: Maker, nothing_there: list[list[str]]
) -> None:
    make_program("chromium")
    browser.get()
    assert nothing_there == []


def test_a_named_one_that_does_not_start_is_an_error_and_nothing_is_fetched(
    monkeypatch: pytest.MonkeyPatch, make_program: Maker, nothing_there: list[list[str]]
) -> None:
    make_program("chromium")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(SystemExit, match="/nowhere/chromium does not start"):
        browser.get()
    assert nothing_there == []


def test_without_any_each_source_is_asked_and_the_failure_said(
    monkeypatch: pytest.MonkeyPatch, make_program: Maker, nothing_there: list[list[str]]
) -> None:
    make_program("apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(SystemExit, match="no Chromium that starts"):
        browser.get()
    assert nothing_there == [
        ["-m", "playwright", "install", "chromium"],
        ["apt-get", "-q", "update"],
        ["apt-get", "-q", "install", "-y", "chromium-headless-shell"],
        ["apt-get", "-q", "update"],
        ["apt-get", "-q", "install", "-y", "chromium"],
    ]


def test_who_is_not_root_is_not_sent_to_the_distribution(
    monkeypatch: pytest.MonkeyPatch, make_program: Maker, nothing_there: list[list[str]]
) -> None:
    make_program("apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="no Chromium that starts"):
        browser.get()
    assert nothing_there == [["-m", "playwright", "install", "chromium"]]
