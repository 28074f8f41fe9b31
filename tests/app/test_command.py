"""The command, as typed: what it prints, what it leaves behind, and how it refuses."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from app import migrations
from app.command import main
from office.passwords import account_named, matches
from office.people import Role, actor_of_token
from office.place import Counter, the_office
from storage.engine import sqlite_url
from storage.work import Store
from tests.houses import Server
from tools.month import make_past
from tools.nursery import clean_environ

Antrean = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "office"


@pytest.fixture
def antrean(data: Path, monkeypatch: pytest.MonkeyPatch) -> Antrean:
    """Run the command on the folder; hashing passwords takes no time."""
    for name in [name for name in clean_environ() if "ANTREAN" in name]:
        monkeypatch.delenv(name)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, [*words, "--data", str(data)])

    return run


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    """The database of the folder, once it is there."""
    data.mkdir(exist_ok=True)
    opened = Store(sqlite_url(data / "antrean.db"))
    yield opened
    opened.close()


def started(*words: str, data: Path) -> subprocess.Popen[str]:
    """Run the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "app.command", *words, "--data", str(data)],
        env=clean_environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_sample_is_told_as_json_and_nothing_else(antrean: Antrean, store: Store) -> None:
    made = antrean("init", "--sample", "--json")
    assert made.exit_code == 0
    told = json.loads(made.stdout)
    assert list(told) == ["tokens"]
    tokens: dict[str, Any] = told["tokens"]
    assert set(tokens) == {"kiosk", "screen", "agent", "exit", "manager", "clerks"}
    assert list(tokens["clerks"]) == [str(number) for number in range(1, 11)]
    with store.read() as work:
        for name in ("kiosk", "screen", "agent", "exit", "manager"):
            actor = actor_of_token(work, tokens[name])
            assert actor is not None
            assert actor.role is Role(name)
        for number, token in tokens["clerks"].items():
            actor = actor_of_token(work, token)
            assert actor is not None
            assert actor.role is Role.STAFF
            assert work.session.get_one(Counter, actor.counter_id).number == int(number)


def test_a_sample_is_told_to_people_with_sign_ins_that_work(antrean: Antrean, store: Store) -> None:
    made = antrean("init", "--sample")
    passwords = dict(
        re.findall(r"^ {4}(\w+) +([a-z0-9]{4}(?:-[a-z0-9]{4}){3})$", made.stdout, re.M)
    )
    assert set(passwords) == {
        *(f"petugas{n}" for n in range(1, 11)),
        "resepsionis",
        "penyelia",
        "manajer",
        "admin",
    }
    with store.read() as work:
        for name, password in passwords.items():
            assert matches(account_named(work, name).password_hash, password)
        token = re.search(r"^  kiosk +(\S+)$", made.stdout, re.M)
        assert token is not None
        assert actor_of_token(work, token[1]) is not None


def test_an_office_that_is_there_is_not_made_again(antrean: Antrean, data: Path) -> None:
    first = json.loads(antrean("init", "--sample", "--json").stdout)["tokens"]
    again = antrean("init", "--sample", "--json")
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr == f"Error: there is an office in {data} already\n"
    store = Store(sqlite_url(data / "antrean.db"))
    with store.read() as work:
        assert actor_of_token(work, first["kiosk"]) is not None
    store.close()


def test_an_empty_installation_can_be_filled_later(antrean: Antrean) -> None:
    empty = antrean("init", "--json")
    assert (empty.exit_code, empty.stdout) == (0, "")
    assert "init --sample" in empty.stderr
    assert antrean("init", "--sample").exit_code == 0


def test_a_new_password_works_and_ends_what_began_with_the_old(
    antrean: Antrean, store: Store
) -> None:
    antrean("init", "--sample")
    with store.read() as work:
        before = account_named(work, "petugas1")
    changed = antrean("password", "Petugas1")
    assert changed.exit_code == 0
    name, new = changed.stdout.split()
    assert name == "Petugas1:"
    with store.read() as work:
        after = account_named(work, "petugas1")
    assert matches(after.password_hash, new)
    assert after.generation == before.generation + 1


def test_a_password_for_nobody_is_refused_in_words(antrean: Antrean) -> None:
    antrean("init", "--sample")
    refused = antrean("password", "nobody")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "Error: there is no account nobody\n"


def test_a_password_where_there_is_no_office_leaves_nothing_behind(
    antrean: Antrean, data: Path
) -> None:
    refused = antrean("password", "manajer")
    assert refused.exit_code == 1
    assert "antrean init" in refused.stderr
    assert not data.exists()


def test_the_database_is_brought_up_and_taken_back(antrean: Antrean) -> None:
    newest = migrations.newest()
    assert antrean("migrate").stdout == f"empty -> {newest}\n"
    assert antrean("migrate").stdout == f"{newest} -> {newest}\n"
    assert antrean("migrate", "--down", "base").stdout == f"{newest} -> empty\n"


def test_a_revision_that_is_not_there_is_refused_in_words(antrean: Antrean) -> None:
    antrean("migrate")
    refused = antrean("migrate", "--down", "9999")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert "9999" in refused.stderr


@pytest.mark.parametrize(
    "words",
    [["init"], ["serve"], ["demo"], ["migrate"], ["doctor"], ["password", "manajer"]],
    ids=lambda words: words[0],
)
def test_every_command_names_a_setting_it_does_not_know(
    antrean: Antrean, data: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("ANTREAN_PRINTR", "none")
    refused = antrean(*words)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: unknown setting ANTREAN_PRINTR; known are: ")
    assert not data.exists()


def test_a_start_on_a_taken_port_says_which_and_what_to_do(antrean: Antrean, data: Path) -> None:
    antrean("init", "--sample")
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        refused = started("serve", "--port", port, data=data)
        _, said = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert said == (
        f"Error: 127.0.0.1:{port} cannot be had: Address already in use;"
        " stop the program that holds it, or choose another with --port\n"
    )


def test_a_start_with_a_wrong_setting_names_it(
    antrean: Antrean, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTREAN_PORT", "eighty")
    refused = antrean("serve")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: setting port: ")
    assert not data.exists()


def test_a_server_that_is_asked_to_stop_ends_well(server: Server) -> None:
    process = server.process
    assert process is not None
    server.stop()
    assert process.returncode == 0
    assert "Traceback" not in (server.data / "server.log").read_text()


def test_the_demo_prints_links_and_sign_ins_and_goes_on_with_the_same_office(data: Path) -> None:
    links = []
    for sign_ins in (True, False):
        demo = started("demo", "--port", "0", "--host", "127.0.0.1", data=data)
        try:
            assert demo.stdout is not None
            said = "".join(
                iter(demo.stdout.readline, "  Hentikan dengan Ctrl+C. / Stop with Ctrl+C.\n")
            )
            found = re.search(r"(http://127\.0\.0\.1:\d+)/link/([A-Z0-9]{8})\n", said)
            assert found is not None
            page = requests.get(f"{found[1]}/link/{found[2]}", timeout=30)
            assert (page.status_code, found[2] in page.text) == (200, True)
            offers = requests.get(f"{found[1]}/api/v1/services", timeout=30).json()
            assert offers["office"]["rehearsal"] is True
            assert bool(re.search(r"^    manajer +\S{19}$", said, re.M)) is sign_ins
            assert ("antrean password NAMA" in said) is not sign_ins
            links.append(found[2])
        finally:
            demo.terminate()
            demo.communicate(timeout=30)
    assert links[0] != links[1]


def test_summaries_are_rebuilt_and_checked(antrean: Antrean, store: Store) -> None:
    antrean("init", "--sample")
    with store.work() as work:
        office = the_office(work)
        make_past(work, office, date(2026, 11, 25), days=2, visitors=20)
        office.open_day = date(2026, 11, 25)
    found = antrean("summaries", "check")
    assert found.exit_code == 1
    assert "day 2026-11-24 all: missing" in found.stdout
    assert antrean("summaries", "rebuild").stdout.endswith(": 2 days written\n")
    assert antrean("summaries", "rebuild", "--missing").stdout.endswith(": 0 days written\n")
    right = antrean("summaries", "check", "--from", "2026-11-01")
    assert (right.exit_code, right.stdout) == (0, "all summaries are right\n")
    refused = antrean("summaries", "check", "--from", "2026-11-02", "--to", "2026-11-01")
    assert refused.stderr == "Error: --to lies before --from\n"


def test_all_offices_are_told_at_a_glance(antrean: Antrean, data: Path) -> None:
    antrean("init", "--sample")
    told = antrean("offices")
    assert told.exit_code == 0, told.output
    [_head, office, backup] = told.output.splitlines()
    assert office.split() == ["dukcapil", "rehearses", "0/10", "0"]
    assert backup == "no backup yet"
    antrean("backup")
    found = json.loads(antrean("offices", "--json").output)
    assert found["backup"] is not None
    assert (found["offices"][0]["waiting"], found["offices"][0]["open"]) == (0, True)
