"""The lock that lets writers through in the order they came."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType, SimpleNamespace

import pytest

from storage.turnstile import Turnstile


class GaveUp(BaseException):
    """Somebody in the queue did not want to wait any longer."""


def queued(turnstile: Turnstile) -> int:
    """Return how many wait."""
    return len(turnstile._waiting)


def until(true: Callable[[], bool]) -> None:
    """Wait, some seconds at most, until something is so."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def passing(turnstile: Turnstile, name: int, passed: list[int]) -> threading.Thread:
    """Start somebody who queues, and return once they do."""
    before = queued(turnstile)

    def go() -> None:
        with turnstile:
            passed.append(name)

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    until(lambda: queued(turnstile) > before)
    return thread


@pytest.fixture
def on_signal() -> Iterator[None]:
    """Let SIGUSR1 make the main thread give up whatever it waits for."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise GaveUp

    former = signal.signal(signal.SIGUSR1, give_up)
    yield
    signal.signal(signal.SIGUSR1, former)


def test_nobody_waits_at_a_free_turnstile() -> None:
    turnstile = Turnstile()
    for _ in range(3):
        with turnstile:
            assert queued(turnstile) == 0


def test_all_pass_in_the_order_they_came() -> None:
    turnstile, passed = Turnstile(), list[int]()
    with turnstile:
        threads = [passing(turnstile, name, passed) for name in range(20)]
        assert passed == []
    for thread in threads:
        thread.join(10)
    assert passed == list(range(20))


def test_whoever_comes_back_goes_to_the_end() -> None:
    turnstile, passed = Turnstile(), list[int]()
    with turnstile:
        threads = [passing(turnstile, name, passed) for name in range(3)]
    with turnstile:
        passed.append(99)
    for thread in threads:
        thread.join(10)
    assert passed == [0, 1, 2, 99]


def test_only_one_is_within() -> None:
    turnstile = Turnstile()
    within = 0
    most = 0

    def go() -> None:
        nonlocal within, most
        for _ in range(50):
            with turnstile:
                within += 1
                most = max(most, within)
                time.sleep(0)
                within -= 1

    threads = [threading.Thread(target=go, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 1


def test_an_error_within_lets_the_next_one_through() -> None:
    turnstile, passed = Turnstile(), list[int]()
    with pytest.raises(RuntimeError), turnstile:
        thread = passing(turnstile, 1, passed)
        raise RuntimeError
    thread.join(10)
    assert passed == [1]


def test_whoever_gives_up_leaves_the_others_their_places(on_signal: None) -> None:
    turnstile, passed = Turnstile(), list[int]()
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with turnstile:
            held.set()
            release.wait(10)

    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    held.wait(10)
    threads = [passing(turnstile, 1, passed)]

    def interrupt() -> None:
        until(lambda: queued(turnstile) == 2)
        threads.append(passing(turnstile, 3, passed))
        os.kill(os.getpid(), signal.SIGUSR1)

    interrupter = threading.Thread(target=interrupt, daemon=True)
    interrupter.start()
    with pytest.raises(GaveUp), turnstile:
        passed.append(2)
    interrupter.join(10)
    assert queued(turnstile) == 2
    release.set()
    for thread in (holder, *threads):
        thread.join(10)
    assert passed == [1, 3]
    with turnstile:
        passed.append(4)


def test_whoever_gives_up_when_let_through_passes_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    turnstile, passed = Turnstile(), list[int]()

    class Interrupted(threading.Event):
        """An event whose waiter is called and interrupted at the same moment."""

        def wait(self, timeout: float | None = None) -> bool:
            turnstile.__exit__(None, None, None)
            raise GaveUp

    turnstile.__enter__()
    with monkeypatch.context() as patch:
        patch.setattr(
            "storage.turnstile.threading", SimpleNamespace(Event=Interrupted, Lock=threading.Lock)
        )
        with pytest.raises(GaveUp), turnstile:
            passed.append(1)
    with turnstile:
        passed.append(2)
    assert passed == [2]
