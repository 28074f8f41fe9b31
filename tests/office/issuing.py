"""Takes tickets in a process of its own; imports no more than that needs, to start soon."""

from contextlib import closing
from datetime import datetime
from multiprocessing.synchronize import Barrier

from office import reception
from office.people import Actor
from office.turn import take_turn
from storage.work import Store


def issue(url: str, actor: Actor, now: datetime, count: int, start: Barrier) -> None:
    """Take `count` tickets of A, each in a work of its own, once everybody is ready."""
    with closing(Store(url)) as store:
        with store.read():
            start.wait(60)
        for _ in range(count):
            with store.work() as work:
                office = take_turn(work, actor.office_id, now)
                reception.take(work, office, actor, now, "A")
