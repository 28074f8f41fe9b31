"""What is done at the counters of the small office, or why it is not."""

from dataclasses import replace
from datetime import timedelta

from tests.office.interleaving.turns import Turns
from tests.office.interleaving.values import (
    AT_COUNTER,
    FOLLOWS,
    GRANTED,
    OUTCOMES,
    Act,
    No,
    Post,
    Visit,
)


class Counters(Turns):
    """The verbs that a clerk has."""

    # --- the counter --------------------------------------------------------------------------

    def visitor(self, post: Post) -> Visit | None:
        return next(
            (
                each
                for each in self.state.visits.values()
                if each.at == post.number and each.status in AT_COUNTER
            ),
            None,
        )

    def current(self, who: str, post: Post) -> Visit:
        self.own(who, post)
        visit = self.visitor(post)
        if visit is None:
            raise No("counter_idle")
        return visit

    def ready(self, who: str, post: Post) -> None:
        if post.clerk is None:
            self.open(who, post)
        self.own(who, post)
        if post.paused:
            raise No("counter_paused")
        if self.visitor(post) is not None:
            raise No("counter_busy")

    def open(self, who: str, post: Post) -> None:
        if post.clerk == who:
            return
        if post.clerk is not None:
            raise No("counter_taken")
        self._leave(who)
        post.clerk = who
        self._row("counter_opened", who, post)

    def take_over(self, who: str, post: Post) -> None:
        if post.clerk in (None, who):
            self.open(who, post)
            return
        self._leave(who)
        post.clerk, post.act, post.desk_work = who, None, False
        visit = self.visitor(post)
        if visit is not None:
            visit.by = who
        self._row("counter_taken_over", who, post)
        self.back(who, post)

    def _leave(self, who: str) -> None:
        for former in self.state.posts.values():
            if former.clerk == who:
                self.close(who, former)

    def close(self, who: str, post: Post) -> None:
        if post.clerk is None:
            return
        self.own(who, post)
        if self.visitor(post) is not None:
            raise No("counter_busy")
        self._shut(post)
        self._row("counter_closed", who, post)

    def pause(self, who: str, post: Post) -> None:
        self._there(who, post)
        if self.visitor(post) is not None:
            raise No("counter_busy")
        post.paused, post.desk_work = True, False
        self._row("counter_paused", who, post)

    def back(self, who: str, post: Post) -> None:
        self._there(who, post)
        if post.paused:
            post.paused = False
            self._row("counter_back", who, post)

    def desk_work(self, who: str, post: Post, on: bool) -> None:
        self._there(who, post)
        if post.desk_work is not on:
            post.desk_work = on
            self._row("counter_desk_work", who, post)

    def help(self, who: str, post: Post) -> None:
        self.own(who, post)
        self._row("help_called", who, post)

    def note(self, who: str, post: Post, label: str) -> None:
        visit = self._labelled(label)
        self.state.notes += 1
        self._row("note_added", who, post, visit)

    # --- calling ------------------------------------------------------------------------------

    def next(self, who: str, post: Post) -> None:
        act = self._begin(who)
        self.ready(who, post)
        self._call_next(who, post, act)

    def call(self, who: str, post: Post, label: str, why: str | None) -> None:
        visit = self._labelled(label)
        act = self._begin(who)
        self.ready(who, post)
        if visit.status != "waiting":
            raise No("move_refused")
        mine = self.callable_at(post)
        if mine and mine[0] is visit:
            self._call(who, post, visit, mine, act)
            return
        passed = mine
        if visit not in mine:
            if "anywhere" not in GRANTED[who]:
                raise No("not_served_here")
            passed = [each for each in self.line() if each.service == visit.service]
        self._may(who, "out_of_order")
        if why is None:
            raise No("reason_missing")
        self._call(who, post, visit, passed, act, why)

    def walk_in(self, who: str, post: Post, service: str, why: str) -> None:
        self._may(who, "walk_in")
        act = self._begin(who)
        self.ready(who, post)
        visit = self._numbered(who, service, "ordinary")
        wider = replace(post, terms={**post.terms, service: (0, None)})
        self._call(who, post, visit, self.callable_at(wider), act, why)

    def recall(self, who: str, post: Post) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        if visit.status != "called":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.recalls += 1
        self._row("ticket_recalled", who, post, visit)

    def no_show(self, who: str, post: Post) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        if visit.status == "called" and visit.recalls < self.recalls:
            raise No("recall_first")
        if visit.status != "called":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status, visit.at, visit.missed = "no_show", None, self.now
        self._row("ticket_no_show", who, post, visit)

    def put_back(self, who: str, post: Post) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        if visit.status != "called":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status, visit.at, visit.calls[-1], visit.by = "waiting", None, None, None
        self._row("ticket_put_back", who, post, visit)

    # --- serving ------------------------------------------------------------------------------

    def start(self, who: str, post: Post) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        if visit.status != "called":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status = "serving"
        self._row("ticket_started", who, post, visit)

    def finish(
        self, who: str, post: Post, outcome: str | None, ready: bool | None, act: Act | None = None
    ) -> None:
        act = act or self._begin(who)
        visit = self.current(who, post)
        self._touch(post, act, visit)
        if outcome is not None and outcome not in OUTCOMES:
            raise No("outcome_unknown")
        follows = FOLLOWS.get(visit.service) if outcome in (None, "done") else None
        if follows and ready is None:
            raise No("next_undecided")
        if follows and ready:
            self._go_on(who, post, visit, follows)
        elif visit.further:
            self._go_on(who, post, visit, visit.further.pop(0))
        else:
            self._infer(who, post, visit)
            visit.status, visit.at = "done", None
            self._row("ticket_finished", who, post, visit)
            if follows:
                self._grant(visit, "awaiting_next", follows)
            elif OUTCOMES[outcome or "done"]:
                self._grant(visit, "come_back")

    def finish_and_next(
        self, who: str, post: Post, outcome: str | None, ready: bool | None
    ) -> None:
        act = self._begin(who)
        if self.visitor(post) is not None:
            self.finish(who, post, outcome, ready, act)
        self.ready(who, post)
        if self.next_at(post) is not None:
            self._call_next(who, post, act)

    def transfer(self, who: str, post: Post, service: str | None, counter: int | None) -> None:
        self._may(who, "transfer")
        act = self._begin(who)
        visit = self.current(who, post)
        self._touch(post, act, visit)
        self._go_on(who, post, visit, service or visit.service, counter)

    def transfer_to(self, who: str, post: Post, clerk: str) -> None:
        there = [each.number for each in self.state.posts.values() if each.clerk == clerk]
        if not there:
            raise No("clerk_away")
        self.transfer(who, post, None, there[0])

    def further(self, who: str, post: Post, service: str) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        self._touch(post, act, visit)
        visit.further.append(service)
        self._row("further_added", who, post, visit)

    def priority(self, who: str, post: Post, label: str, klass: str) -> None:
        self._may(who, "priority")
        self.own(who, post)
        act = self._begin(who)
        visit = self._labelled(label)
        if visit.status != "waiting":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.klass = klass
        self._row("priority_changed", who, post, visit)

    # --- aside --------------------------------------------------------------------------------

    def hold(self, who: str, post: Post, label: str | None) -> None:
        act = self._begin(who)
        self.own(who, post)
        visit = self._labelled(label) if label else self.current(who, post)
        if visit.status in AT_COUNTER and visit.at != post.number:
            raise No("not_allowed")
        if visit.status not in ("waiting", *AT_COUNTER):
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status, visit.at, visit.held_at = "held", None, visit.at
        self._row("ticket_held", who, post, visit)

    def resume(self, who: str, post: Post, label: str) -> None:
        act = self._begin(who)
        self.own(who, post)
        visit = self._labelled(label)
        if visit.status != "held":
            raise No("move_refused")
        known_here = post.number in (visit.held_at, visit.only)
        if not known_here and visit.service not in post.terms and "anywhere" not in GRANTED[who]:
            raise No("not_served_here")
        self._touch(post, act, visit)
        self._queue(visit)
        self._row("ticket_resumed", who, post, visit)

    def rejoin(self, who: str, post: Post, label: str) -> Visit:
        act = self._begin(who)
        self.own(who, post)
        visit = self._labelled(label)
        if visit.status != "no_show":
            raise No("move_refused")
        self._touch(post, act, visit)
        self._queue(visit)
        visit.rejoined += 1
        visit.moved = True
        self._row("ticket_rejoined", who, post, visit)
        return visit

    def cancel_here(self, who: str, post: Post, label: str) -> None:
        self._may(who, "cancel")
        self.own(who, post)
        act = self._begin(who)
        visit = self._labelled(label)
        if visit.status not in ("waiting", "held"):
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status = "cancelled"
        self._row("ticket_cancelled", who, post, visit)

    def undo(self, who: str, post: Post) -> None:
        self.own(who, post)
        act = post.act
        if act is None:
            raise No("nothing_to_undo")
        if self.now - act.at > timedelta(minutes=1):
            raise No("undo_too_late")
        if post.paused:
            raise No("counter_paused")
        for row in self.state.rows[act.rows :]:
            mine = (row.who, row.at, row.counter) == (act.who, act.at, post.number)
            if row.ticket in act.found and not mine:
                raise No("changed_since")
        for key in act.found:
            right = self.state.rights.get(key)
            if right is not None and right.used:
                raise No("changed_since")
        for key in act.found:
            self.state.rights.pop(key, None)
        post.act = None
        for key, found in reversed(act.found.items()):
            stands = self.state.visits[key]
            found.stepped, found.rejoined = stands.stepped, stands.rejoined
            found.changed = stands.changed
            self.state.visits[key] = found
            self._row("ticket_undone", who, post, found)
