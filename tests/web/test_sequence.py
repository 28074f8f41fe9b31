"""How a screen puts changes in order, in a real browser with a clock of the test's own."""

from typing import Any

import pytest
from playwright.sync_api import Page

#: Does steps on a new Sequence, running its timers in between; returns what came of them.
PLAY = """
async ([start, steps]) => {
  const { Sequence } = await import("/static/web/sequence.js");
  const applied = [], late = [], asked = [];
  const sequence = new Sequence({
    apply: (change, how) => (how.late ? late : applied).push(change.version),
    askMissing: (after) => asked.push(after),
  });
  if (start !== null) sequence.reset(start);
  for (const [step, value, how] of steps) {
    if (step === "wait") window.tick(value);
    else if (step === "offer") sequence.offer({ version: value }, how ?? {});
    else sequence[step](value);
  }
  return { applied, late, asked, version: sequence.version };
}
"""

#: setTimeout by hand: window.tick(ms) lets time pass.
TIMERS = """
() => {
  let now = 0, last = 0;
  const timers = new Map();
  window.setTimeout = (act, after) => { timers.set((last += 1), [now + after, act]); return last; };
  window.clearTimeout = (id) => timers.delete(id);
  window.tick = (ms) => {
    now += ms;
    for (const [id, [at, act]] of [...timers]) if (at <= now && timers.delete(id)) act();
  };
}
"""


@pytest.fixture
def sequence(blank: Page) -> Page:
    """A page whose timers run only when told."""
    blank.evaluate(TIMERS)
    return blank


def play(page: Page, start: int | None, *steps: tuple[Any, ...]) -> dict[str, Any]:
    """Play the steps; return what was applied (and which of it late), and what was asked for."""
    played: dict[str, Any] = page.evaluate(PLAY, [start, [list(each) for each in steps]])
    return played


def test_changes_are_applied_in_order_and_once(sequence: Page) -> None:
    played = play(
        sequence, 5, ("offer", 6), ("offer", 8), ("offer", 7), ("offer", 6), ("wait", 1000)
    )
    assert played == {"applied": [6, 7, 8], "late": [], "asked": [], "version": 8}


def test_a_gap_is_asked_for_only_after_a_moment(sequence: Page) -> None:
    steps: list[tuple[Any, ...]] = [("offer", 8), ("wait", 399)]
    assert play(sequence, 5, *steps)["asked"] == []
    assert play(sequence, 5, *steps, ("wait", 1))["asked"] == [5]


def test_a_gap_that_closes_in_time_is_never_asked_for(sequence: Page) -> None:
    played = play(
        sequence, 5, ("offer", 7), ("wait", 300), ("offer", 6), ("offer", 9), ("wait", 300)
    )
    assert (played["applied"], played["asked"]) == ([6, 7], [])


def test_a_second_gap_behind_the_first_is_asked_for_too(sequence: Page) -> None:
    played = play(
        sequence,
        5,
        *(("offer", 7), ("offer", 9), ("wait", 300), ("offer", 6), ("wait", 100), ("wait", 400)),
    )
    assert (played["applied"], played["asked"]) == ([6, 7], [7])


def test_a_heartbeat_that_knows_more_makes_the_screen_ask(sequence: Page) -> None:
    assert play(sequence, 5, ("behind", 6), ("wait", 400))["asked"] == [5]
    assert play(sequence, 5, ("behind", 5), ("wait", 400))["asked"] == []
    assert play(sequence, 5, ("behind", 6), ("offer", 6), ("wait", 400))["asked"] == []


def test_an_answer_that_is_lost_too_is_asked_for_again(sequence: Page) -> None:
    played = play(sequence, 5, ("offer", 7), ("wait", 400), ("behind", 7), ("wait", 400))
    assert played["asked"] == [5, 5]


def test_a_change_that_outruns_the_first_snapshot_is_not_lost(sequence: Page) -> None:
    played = play(sequence, None, ("offer", 11), ("offer", 9), ("offer", 12), ("reset", 10))
    assert (played["applied"], played["version"]) == ([11, 12], 12)


def test_a_snapshot_ends_a_gap(sequence: Page) -> None:
    played = play(
        sequence, 5, ("offer", 7), ("offer", 9), ("reset", 8), ("wait", 1000), ("offer", 10)
    )
    assert played == {"applied": [9, 10], "late": [], "asked": [], "version": 10}


def test_a_snapshot_older_than_what_is_shown_is_followed_by_what_it_lacks(sequence: Page) -> None:
    played = play(sequence, 5, ("offer", 6), ("offer", 7), ("reset", 6), ("offer", 8))
    assert played == {"applied": [6, 7, 8], "late": [7], "asked": [], "version": 8}


def test_a_history_that_begins_anew_is_not_mixed_with_the_old(sequence: Page) -> None:
    played = play(sequence, 5, ("offer", 6), ("offer", 7), ("part", None), ("reset", 2))
    assert played == {"applied": [6, 7], "late": [], "asked": [], "version": 2}


def test_what_was_caught_up_is_late_unless_it_also_came_live(sequence: Page) -> None:
    late = {"late": True}
    played = play(
        sequence, 5, ("offer", 8), ("offer", 8, late), ("offer", 6, late), ("offer", 7, late)
    )
    assert (played["late"], played["applied"]) == ([6, 7], [8])


def test_a_change_that_cannot_be_shown_does_not_stop_those_after_it(sequence: Page) -> None:
    applied = sequence.evaluate(
        """
        async () => {
          const { Sequence } = await import("/static/web/sequence.js");
          const applied = [], told = console.error;
          console.error = () => {};
          const sequence = new Sequence({
            apply: ({ version }) => {
              if (version === 6) throw new Error("cannot be shown");
              applied.push(version);
            },
            askMissing: () => {},
          });
          sequence.reset(5);
          for (const version of [6, 7]) sequence.offer({ version });
          console.error = told;
          return applied;
        }
        """
    )
    assert applied == [7]
