"""Whether the server can do its work: GET /readyz."""

import shutil
from collections import namedtuple

import pytest

from app import migrations
from tests.houses import Client, Staffed

Usage = namedtuple("Usage", "total used free")


def test_a_server_that_can_work_is_ready(client: Client) -> None:
    answer = client.flask.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "wrong": []})


def test_it_says_what_keeps_it_from_its_work(
    client: Client, staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations.downgrade(staffed.store.engine, "-1")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10, 10, 0))
    answer = client.flask.get("/readyz")
    migrations.upgrade(staffed.store.engine)
    assert (answer.status_code, answer.json) == (
        503,
        {"status": "unready", "wrong": ["database_shape", "disk"]},
    )
