"""Forgetting what has been kept long enough: whose visit an answer was about, what checks keep."""

import time

import structlog
from sqlalchemy import select

from office.place import Office
from office.turn import take_turn
from surveys import ratings
from surveys.spot_checks import keeping
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
    """Forget of every office what is past its time."""
    now = home.clock.now()
    with home.store.read() as work:
        offices = list(work.session.scalars(select(Office.id).order_by(Office.id)))
    for office_id in offices:
        with home.store.work() as work:
            ratings.forget_visits(work, take_turn(work, office_id, now), now)
            keeping.forget(work, office_id, now)
