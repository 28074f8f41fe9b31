"""Forgetting which visit an answer was about, once it cannot be changed any more."""

import time

import structlog
from sqlalchemy import select

from office.place import Office
from office.turn import take_turn
from surveys import ratings
from web.house import House

log = structlog.get_logger(__name__)

#: Seconds between two looks.
OFTEN = 3600


def run(home: House) -> None:
    """Forget for ever, once an hour."""
    while True:
        time.sleep(OFTEN)
        try:
            forget(home)
        except Exception:
            log.exception("forgetting_failed")


def forget(home: House) -> None:
    """Forget the visits of every office's answers that are past their time."""
    now = home.clock.now()
    with home.store.read() as work:
        offices = list(work.session.scalars(select(Office.id).order_by(Office.id)))
    for office_id in offices:
        with home.store.work() as work:
            ratings.forget_visits(work, take_turn(work, office_id, now), now)
