"""A restart with everybody connected, in small; `make bench-storm` is the large one."""

from pathlib import Path

import pytest

from benchmarks.followers import Pauses
from benchmarks.places import make_places
from benchmarks.servers import Server, free_port, serve, settings
from benchmarks.storm import GOAL, storm


def test_pages_wait_as_the_file_of_the_page_says() -> None:
    board, phone = Pauses.of_page(hears=True), Pauses.of_page(hears=False)
    # boards before phones, and phones spread out
    assert board.longest < phone.first * (1 + phone.spread)
    assert 0 <= phone.before(0) <= phone.first * (1 + phone.spread)
    assert phone.before(9) == phone.longest
    assert len({phone.before(0) for _ in range(20)}) > 10


@pytest.mark.timeout(180)
def test_three_hundred_phones_and_five_boards_are_right_again_after_a_kill(tmp_path: Path) -> None:
    places, port = make_places(tmp_path, 2, 150), free_port()
    server = Server(serve(tmp_path, port), port, settings())
    server.start()
    try:
        figures = storm(server, places, 5, gently=False)
    finally:
        server.stop()
    assert figures["acts meanwhile"] > 8
    for fault in ("refused", "numbers given twice", "pages refused"):
        assert figures[fault] == 0, figures
    # on a machine that does other things besides
    assert figures["boards: the last"] < 2 * GOAL, figures
    assert figures["phones: the last"] < 2 * GOAL, figures
