"""Live updates over real sockets of a real server."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests

from app.sample import make_sample
from office.devices import devices_of, replace_key, revoke
from office.place import the_office
from storage.work import Store
from tests.houses import Server
from tests.screens import Refused, Screen
from web.live import FAR_BEHIND


def called(change: dict[str, object]) -> bool:
    """Say whether a change is a call."""
    return change["kind"] == "ticket_called"


def store_of(server: Server) -> Store:
    """Open the server's own database from this process."""
    return Store(f"sqlite:///{server.data / 'antrean.db'}")


def test_a_board_gets_a_snapshot_and_then_every_call_whole(server: Server) -> None:
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    board = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    snapshot = board.wait_for("snapshot")
    assert snapshot["waiting"]["A"] == 1
    status, answer = server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
    assert status == 200
    change = board.wait_for("change", called)
    assert (change["label"], change["counter"]) == ("A001", 1)
    versions = [each["version"] for each in board.all("change")]
    assert versions == list(range(snapshot["version"] + 1, answer["version"] + 1))
    board.disconnect()


def test_a_wrong_token_is_refused_with_its_code(server: Server) -> None:
    with pytest.raises(Refused, match="credentials_invalid"):
        Screen(server.url, "/display", {"token": "wrong"}).connect()
    with pytest.raises(Refused, match="credentials_missing"):
        Screen(server.url, "/display", {}).connect()
    with pytest.raises(Refused, match="not_allowed"):
        Screen(server.url, "/manager", {"token": server.tokens["screen"]}).connect()
    with pytest.raises(Refused, match="not_allowed"):
        Screen(
            server.url,
            "/counter",
            {"token": server.tokens["clerks"]["1"], "counter": 2},
        ).connect()
    with pytest.raises(Refused, match="counter_unknown"):
        Screen(server.url, "/counter", {"token": server.tokens["manager"], "counter": 77}).connect()


def test_a_board_back_after_three_missed_calls_gets_just_those(server: Server) -> None:
    for _ in range(4):
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    board = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    version = board.wait_for("snapshot")["version"]
    board.disconnect()
    for _ in range(3):
        server.ask("POST", "/counters/1/finish-and-next", server.tokens["clerks"]["1"])
    back = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect(after=version)
    caught_up = back.wait_for("caught_up")
    labels = [each["label"] for each in caught_up["changes"] if called(each)]
    assert labels == ["A001", "A002", "A003"]
    assert caught_up["changes"][0]["version"] == version + 1
    assert back.all("change") == []
    assert back.all("snapshot") == []
    back.disconnect()


def test_a_board_far_behind_or_ahead_gets_a_fresh_snapshot(server: Server) -> None:
    for _ in range(FAR_BEHIND + 1):
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    board = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect(after=0)
    assert board.wait_for("snapshot")["waiting"]["A"] == FAR_BEHIND + 1
    board.ask("catch_up", {"after": 10**9})
    board.wait_for("snapshot", count=2)
    board.disconnect()


def test_five_reconnects_do_not_double_a_call(server: Server) -> None:
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    for _ in range(5):
        Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect().disconnect()
    board = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    board.wait_for("snapshot")
    server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
    board.wait_for("heartbeat")
    assert len([each for each in board.all("change") if called(each)]) == 1
    board.disconnect()


def test_after_a_restart_a_call_in_one_office_is_silent_in_the_other(
    server: Server,
) -> None:
    store = store_of(server)
    with store.work() as work:
        other = make_sample(work, datetime.now(UTC), "kecamatan").tokens
    store.close()
    here = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    there = Screen(server.url, "/display", {"token": other["screen"]}).connect()
    version = there.wait_for("snapshot")["version"]
    here.disconnect()
    there.disconnect()
    server.stop()
    server.start()
    here = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    there = Screen(server.url, "/display", {"token": other["screen"]}).connect(after=version)
    here.wait_for("snapshot")
    there.wait_for("caught_up")
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
    here.wait_for("change", called)
    there.wait_for("heartbeat")
    assert there.all("change") == []
    here.disconnect()
    there.disconnect()


def test_one_offices_token_sees_nothing_of_another_office(server: Server) -> None:
    store = store_of(server)
    with store.work() as work:
        make_sample(work, datetime.now(UTC), "kecamatan")
    store.close()
    status, problem = server.ask("GET", "/offices/kecamatan/board", server.tokens["screen"])
    assert (status, problem["code"]) == (403, "not_allowed")
    assert server.ask("GET", "/offices/dukcapil/board", server.tokens["screen"])[0] == 200


def test_heartbeats_carry_the_version_so_that_silence_is_noticed(
    server: Server,
) -> None:
    board = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    version = board.wait_for("snapshot")["version"]
    assert board.wait_for("heartbeat")["version"] == version
    board.disconnect()


def test_a_revoked_device_and_one_with_a_new_key_are_put_out_within_five_seconds(
    server: Server,
) -> None:
    board = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    board.wait_for("snapshot")
    kiosk = Screen(server.url, "/kiosk", {"token": server.tokens["kiosk"]}).connect()
    kiosk.wait_for("snapshot")
    agent = Screen(server.url, "/agent", {"token": server.tokens["agent"]}).connect()
    store = store_of(server)
    with store.work() as work:
        devices = {each.role: each for each in devices_of(work, the_office(work).id)}
        revoke(devices["screen"], datetime.now(UTC))
        revoke(devices["agent"], datetime.now(UTC))
        replace_key(devices["kiosk"], datetime.now(UTC))
    began = time.monotonic()
    store.close()
    for name, screen in (("/display", board), ("/kiosk", kiosk), ("/agent", agent)):
        screen.wait_for("disconnect")
        assert time.monotonic() - began < 5, name
        with pytest.raises(Refused, match="credentials_invalid"):
            Screen(server.url, name, {"token": screen.auth["token"]}).connect()


def test_five_hundred_socket_reads_see_what_is_set_over_http_meanwhile(server: Server) -> None:
    board = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    board.wait_for("snapshot")
    answers: list[int] = []

    def suspend() -> None:
        for turn in range(20):
            answer = server.ask(
                "POST",
                "/services/A/suspend",
                server.tokens["manager"],
                {"message": {"id": f"Gangguan {turn}"}},
            )
            answers.append(answer[0])

    setting = threading.Thread(target=suspend)
    setting.start()
    for _ in range(500):
        board.ask("refresh")
    setting.join()
    assert set(answers) == {200}
    board.wait_for("snapshot", count=501)
    board.ask("refresh")
    last = board.wait_for("snapshot", count=502)
    assert "Gangguan 19" in str(last) and "Gangguan 18" not in str(last)
    assert requests.get(f"{server.url}/healthz", timeout=5).status_code == 200
    board.disconnect()


def test_a_phone_is_told_of_its_call_and_of_nothing_else(server: Server) -> None:
    _, ticket = server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    phone = Screen(server.url, "/ticket", {"token": ticket["token"]}).connect()
    assert phone.wait_for("snapshot")["position"] == 1
    server.ask("POST", "/counters/2/next", server.tokens["clerks"]["2"])
    state = phone.wait_for("snapshot", lambda told: told["status"] == "called")
    assert state["counter"] == 2
    assert phone.all("change") == []
    server.ask("POST", "/counters/2/finish", server.tokens["clerks"]["2"], {})
    assert phone.wait_for("snapshot", lambda told: told["status"] == "done")["can_rate"] is True
    phone.disconnect()


def test_a_phone_with_a_wrong_secret_is_refused(server: Server) -> None:
    with pytest.raises(Refused, match="ticket_unknown"):
        Screen(server.url, "/ticket", {"token": "wrong"}).connect()


def test_every_screen_gets_every_row_in_order_under_load(
    make_server: Callable[..., Server],
) -> None:
    server = make_server()
    spaces = {
        "/display": server.tokens["screen"],
        "/kiosk": server.tokens["kiosk"],
        "/manager": server.tokens["manager"],
    }
    screens = [
        Screen(server.url, name, {"token": token}).connect() for name, token in spaces.items()
    ]
    for screen in screens:
        screen.wait_for("snapshot")

    def issue() -> None:
        for _ in range(25):
            server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})

    threads = [threading.Thread(target=issue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for screen in screens:
        screen.wait_for("change", lambda change: change["version"] == 100)
        assert [each["version"] for each in screen.all("change")] == list(range(1, 101))
        screen.disconnect()
