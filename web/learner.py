"""Learning from the office's past, beside the requests: once a day for every office."""

import time

import structlog
from sqlalchemy import select

from office.place import Office
from web.house import House

log = structlog.get_logger(__name__)

#: Seconds between two looks whether some office has a new day.
LOOK = 30.0


def run(home: House) -> None:
    """Learn for ever."""
    while True:
        try:
            learn(home)
        except Exception:
            log.exception("learning_failed")
        time.sleep(LOOK)


def learn(home: House) -> None:
    """Learn for each office that has a new day."""
    with home.store.read() as work:
        offices = list(work.session.scalars(select(Office).order_by(Office.id)))
    for office in offices:
        home.outlooks.learn(home.store, office, home.clock.now())
