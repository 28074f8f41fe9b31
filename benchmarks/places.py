"""Offices to measure, several in one installation, made without a server."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from app import migrations
from app.sample import make_sample
from office import passwords, reception
from office.people import actor_of_token
from office.place import the_office
from office.turn import take_turn
from storage.engine import sqlite_url
from storage.work import Store

#: The services that the sample office's counters serve, of which people are in line.
LETTERS = "ACKLMIJFGH"
#: Hashes that are made quickly: nobody signs in with these passwords.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Place:
    """One office: its code, tokens, and the secrets of the numbers in its line."""

    code: str
    tokens: dict[str, Any]
    secrets: list[str]


def make_places(data: Path, count: int, in_line: int, database: str = "") -> list[Place]:
    """Make `count` sample offices in one installation, each with so many people in line."""
    data.mkdir(parents=True, exist_ok=True)
    passwords._hasher = QUICK
    store = Store(database or sqlite_url(data / "antrean.db"))
    migrations.upgrade(store.engine)
    places = []
    for number in range(1, count + 1):
        now = datetime.now(UTC)
        with store.work() as work:
            made = make_sample(work, now, f"office{number}")
        with store.work() as work:
            office = take_turn(work, the_office(work, f"office{number}").id, now)
            kiosk = actor_of_token(work, made.tokens["kiosk"])
            assert kiosk is not None
            secrets = [
                reception.take(work, office, kiosk, now, LETTERS[turn % len(LETTERS)])[1]
                for turn in range(in_line)
            ]
        places.append(Place(f"office{number}", made.tokens, secrets))
    store.close()
    return places
