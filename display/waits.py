"""The wait to be expected for each service, told to the boards every few seconds."""

import time
from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import select

from office import hours
from office.outages import still_text
from office.place import Office, services_of
from storage.work import Work
from web.house import house
from web.live import room_of

log = structlog.get_logger(__name__)

#: Seconds between two tellings.
OFTEN = 15


def outlook_told(work: Work, office: Office, now: datetime) -> dict[str, Any]:
    """Return what changes by the clock alone: the waits, and whether numbers are given out."""
    return {"waits": waits(work, office, now), "doors": hours.doors(work, office, now)}


def waits(work: Work, office: Office, now: datetime) -> dict[str, Any]:
    """Return by service code what somebody who comes now has to expect; None: not known.

    `suspended` is None, or by language why the service stands still, which may be unsaid.
    """
    outlook = house().outlooks.recent(work, office, now)
    return {
        each.code: {
            **outlook.of_newcomer(each.id).told(),
            "suspended": still_text(each) if each.is_suspended(now) else None,
        }
        for each in services_of(work, office.id)
    }


def run(app: Flask, namespace: str) -> None:
    """Tell every office's boards its waits, for ever."""
    while True:
        time.sleep(OFTEN)
        try:
            with app.app_context():
                tell(namespace)
        except Exception:
            log.exception("waits_failed")


def tell(namespace: str) -> None:
    """Tell every office's boards its waits."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        for office in work.session.scalars(select(Office).order_by(Office.id)):
            home.socketio.emit(
                "waits", outlook_told(work, office, now), namespace=namespace, to=room_of(office.id)
            )
