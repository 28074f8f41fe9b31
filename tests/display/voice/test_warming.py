"""What will be said next is ready before it is called."""

from pathlib import Path

import pytest

from display.voice import warming
from display.voice.sentence import sentence
from display.voice.synthesis import Manner, Voice, clip_name
from office.place import Office
from tests.houses import Client, Staffed
from web.house import House


@pytest.fixture
def home(client: Client, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house, where warming need not spare the processor."""
    monkeypatch.setattr(warming, "BREATH", 0)
    found: House = client.flask.application.extensions["antrean"]
    return found


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_next_call_of_each_counter_is_made_before_it_is_called(
    home: House, staffed: Staffed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, str]] = []

    class Noting(Voice):
        def clip(self, text: str, locale: str, manner: Manner = Manner()) -> bytes:  # noqa: B008
            made.append((text, locale))
            return b""

    staffed.take("A")
    label = staffed.take("A", locale="en")
    staffed.serve(1)
    done: set[tuple[str, str, Manner]] = set()
    monkeypatch.setattr(warming, "MOST", 1000)
    with home.store.read() as work:
        mine = work.session.get_one(Office, staffed.office_id)
        wanted = {each[:2] for each in warming.likely(work, mine, home)}
    for locale, name in (("id", "Loket 2"), ("en", "Counter 2")):
        assert (sentence(label, 2, locale, counter_name=name), locale) in wanted
    assert (sentence("K001", 5, "id", counter_name="Loket 5"), "id") in wanted
    warming.warm(home, Noting(tmp_path), done)
    assert wanted <= set(made)
    made.clear()
    warming.warm(home, Noting(tmp_path), done)
    assert made == []


def test_a_sentence_in_another_manner_is_another_clip() -> None:
    names = {
        clip_name("Nomor antrean A, satu", "id", manner)
        for manner in (Manner(), Manner(speed=80), Manner(pitch=60))
    }
    assert len(names) == 3
