"""A small office in plain values, written apart from the real one: what must happen, or why not."""

from datetime import datetime, timedelta

from tests.office.interleaving.counters import Counters
from tests.office.interleaving.values import (
    AT_COUNTER,
    MOST_CREDIT,
    NEEDS,
    RETURN_DAYS,
    ZONE,
    Early,
    Key,
    No,
    Post,
    Right,
    Visit,
)


class Model(Counters):
    """The office as it has to be: its counters, and what else is done to a number."""

    # --- visitors and the reception -----------------------------------------------------------

    def take(self, service: str, klass: str, who: str = "kiosk", beyond: bool = False) -> None:
        self._may_take(service)
        if beyond:
            self._may(who, "anywhere")
        self._numbered(who, service, klass)

    def take_again(self, key: Key, code: int, who: str) -> Visit | None:
        """Take a number by a return code; return it where its place is to be found yet."""
        right = self.state.rights.get(key)
        if right is None or right.code != code:
            raise No("return_invalid")
        if right.used:
            raise No("return_used")
        if self.state.day < right.first:
            raise No("return_early")
        if right.until is not None and right.until < self.state.day:
            raise No("return_over")
        self._may_take(right.service)
        visit = self._numbered(who, right.service, "ordinary")
        return visit if self._use(right, visit) else None

    def admit(self, who: str, post: Post, key: Key, code: int) -> Visit | None:
        self.own(who, post)
        return self.take_again(key, code, who)

    def _may_take(self, service: str) -> None:
        if self.state.day in self.state.early:
            raise No("office_closed")
        if service in self.state.stopped or service in self.state.suspended:
            raise No("service_suspended")

    def reprint(self, who: str, label: str) -> None:
        visit = self._labelled(label)
        self._may(who, "reprint")
        if visit.status not in ("waiting", "held", "no_show", *AT_COUNTER):
            raise No("move_refused")
        self.state.void.add(visit.secret)
        visit.secret = self._secret()
        self._row("slip_reprinted", who, None, visit)

    def need(self, label: str, needs: set[str]) -> None:
        visit = self._labelled(label)
        if visit.status not in ("waiting", "held", "no_show", *AT_COUNTER):
            raise No("move_refused")
        self.state.needs[(visit.day, visit.label)] = needs

    def change(self, key: Key, who: str, service: str) -> None:
        """Let a visitor wait for another service; the holder has two tries."""
        visit = self.state.visits[key]
        if who == "holder" and visit.changed >= 2:
            raise No("times_spent")
        if visit.status != "waiting":
            raise No("move_refused")
        if visit.service == service:
            return
        if service in self.state.stopped or service in self.state.suspended:
            raise No("service_suspended")
        visit.changed += who == "holder"
        visit.service, visit.only = service, None
        self._queue(visit)
        self._row("ticket_transferred", who, None, visit)

    def leave(self, key: Key, who: str) -> None:
        """Let a visitor go home in an outage, or tell who was sent home the code."""
        visit, right = self.state.visits[key], self.state.rights.get(key)
        sent_home = right is not None and right.why == "closed_early" and not right.used
        if visit.status == "expired" and sent_home:
            self._coded(key)
            return
        if visit.service not in self.state.stopped:
            raise No("no_outage")
        if visit.status not in ("waiting", "held"):
            raise No("move_refused")
        self._credited(visit, "outage")
        self._coded(key)
        self.cancel(key, who)
        self._row("return_given", who, None, visit)

    def rejoin_here(self, key: Key) -> Visit:
        """Let the reception do it, as often as somebody asks."""
        visit = self.state.visits[key]
        if visit.status != "no_show":
            raise No("move_refused")
        return self._rejoined(visit, "desk")

    def rejoin_self(self, key: Key) -> Visit:
        visit = self.state.visits[key]
        if visit.status != "no_show":
            raise No("move_refused")
        late = visit.missed is None or self.now - visit.missed > timedelta(minutes=30)
        if late or visit.rejoined or visit.day != self.state.day:
            raise No("times_spent")
        return self._rejoined(visit, "holder")

    def _rejoined(self, visit: Visit, who: str) -> Visit:
        self._queue(visit)
        visit.rejoined += 1
        visit.moved = True
        self._row("ticket_rejoined", who, None, visit)
        return visit

    def step_back(self, key: Key) -> Visit:
        visit = self.state.visits[key]
        if visit.status != "waiting":
            raise No("move_refused")
        if visit.stepped >= 2:
            raise No("times_spent")
        visit.stepped += 1
        visit.moved = True
        self._row("ticket_stepped_back", "holder", None, visit)
        return visit

    def cancel(self, key: Key, who: str = "holder") -> None:
        visit = self.state.visits[key]
        if visit.status not in ("waiting", "held"):
            raise No("move_refused")
        visit.status = "cancelled"
        self._row("ticket_cancelled", who, None, visit)

    # --- the floor ----------------------------------------------------------------------------

    def plan(self, number: int, terms: dict[str, tuple[int, int | None]]) -> None:
        post = self.state.posts[number]
        post.terms = terms
        self._row("counter_changed", "chief", post)

    def rules(self, policy: str, places: int) -> None:
        if (policy, places) != (self.policy, self.places):
            self.policy, self.places = policy, places
            self._row("office_changed", "manager")

    def suspend(self, service: str) -> None:
        self.state.suspended.add(service)
        self._row("service_changed", "chief")

    def unsuspend(self, service: str) -> None:
        if service in self.state.suspended:
            self.state.suspended.remove(service)
            self._row("service_changed", "chief")

    def outage(self, need: str) -> None:
        if need in self.state.missing:
            raise No("outage_standing")
        self.state.missing[need] = self.now
        for service, needs in NEEDS.items():
            if need in needs:
                self.state.stopped.setdefault(service, self.now)
        self._row("outage_began", "chief")

    def outage_over(self, need: str) -> None:
        if need not in self.state.missing:
            raise No("outage_unknown")
        del self.state.missing[need]
        for service, since in list(self.state.stopped.items()):
            if not any(each in self.state.missing for each in NEEDS[service]):
                self.thaw(service, since)
                del self.state.stopped[service]
        self._row("outage_ended", "chief")

    def thaw(self, service: str, since: datetime) -> None:
        """Keep of the time stood still one minute for each, whatever the class."""
        if self.policy != "accumulating":
            return
        for each in self.state.visits.values():
            if each.service == service and each.status in ("waiting", "held"):
                each.since = self.now - timedelta(minutes=self.score(each) / each.rate)

    # --- the day ------------------------------------------------------------------------------

    def close_early(self, who: str, reason: str, fate: str, minutes: int | None) -> None:
        self._may(who, "floor")
        if fate == "carried" and not self.carries:
            raise No("carrying_off")
        home_at = None if fate == "served" else self.now + timedelta(minutes=minutes or 0)
        if home_at is not None and home_at.astimezone(ZONE).date() > self.state.day:
            raise No("input_invalid")
        early = self.state.early.get(self.state.day)
        if early is not None and early.sent:
            if (early.reason, early.fate) != (reason, fate):
                raise No("sent_home")
            return
        wish = Early(reason, fate, home_at)
        if early == wish:
            return
        self.state.early[self.state.day] = wish
        self.state.home_at = home_at
        self._row("closed_early", who)
        if home_at is not None and home_at <= self.now:
            self._go_home(who)

    def open_again(self, who: str) -> None:
        self._may(who, "floor")
        early = self.state.early.get(self.state.day)
        if early is None:
            return
        if early.sent:
            raise No("sent_home")
        del self.state.early[self.state.day]
        self.state.home_at = None
        self._row("open_again", who)

    def send_home(self, who: str) -> None:
        self._may(who, "floor")
        early = self.state.early.get(self.state.day)
        if early is None or early.fate == "served":
            raise No("not_closed_early")
        self._go_home(who)

    def tell_codes(self, who: str) -> None:
        """Let those sent home have a code, who were told none."""
        self._may(who, "floor")
        for key, right in self.state.rights.items():
            untold = right.code is None and not right.used
            if untold and right.why == "closed_early" and key[0] == self.state.day:
                self._coded(key)

    def close_day(self, who: str = "manager") -> None:
        self.state.needs.clear()
        early = self.state.early.get(self.state.day)
        for each in self.state.visits.values():
            if each.status not in ("waiting", "held", *AT_COUNTER):
                continue
            if early and early.fate != "served" and each.status in ("waiting", "held"):
                self._home(who, each, early.fate)
                continue
            if self.carries and each.status == "waiting":
                self._credited(each, "carried")
            where = each.at or (each.only if each.status == "waiting" else None)
            post = self.state.posts[where] if where else None
            each.status, each.at = "expired", None
            self._row("ticket_expired", who, post, each)
        self._row("day_closed", who)

    def let_day_begin(self) -> None:
        """Do what every turn does first: end a day or send home, bring in the carried."""
        today = self.now.astimezone(ZONE).date()
        if today > self.state.day:
            self.close_day("clock")
            for post in self.state.posts.values():
                if post.clerk is not None:
                    self._shut(post)
                    self._row("counter_closed", "clock", post)
            self.state.day, self.state.home_at = today, None
            self.state.void.clear()
            self.state.notes = 0
        if self.state.home_at is not None and self.now >= self.state.home_at:
            self._go_home("clock")
        if self.state.day not in self.state.early:
            self._bring_in()

    def _bring_in(self) -> None:
        visits, today = self.state.visits, self.state.day
        due = [
            (key, right)
            for key, right in self.state.rights.items()
            if right.why == "carried" and not right.used and right.first <= today
            if right.until is None or today <= right.until
        ]
        for key, right in sorted(
            due, key=lambda one: (-(one[1].credit or 0), visits[one[0]].serial)
        ):
            former = visits[key]
            visit = self._numbered("clock", former.service, former.klass)
            self._use(right, visit)
            # the slip and the phone go on with the new number
            visit.secret, former.secret = former.secret, visit.secret

    def _go_home(self, who: str) -> None:
        self.state.home_at = None
        early = self.state.early.get(self.state.day)
        if early is None or early.fate == "served" or early.sent:
            return
        early.sent = True
        for each in self.state.visits.values():
            if each.status in ("waiting", "held"):
                self._home(who, each, early.fate)
        self._row("sent_home", who)

    def _home(self, who: str, visit: Visit, fate: str) -> None:
        self._credited(visit, "carried" if fate == "carried" else "closed_early")
        visit.status, visit.at = "expired", None
        self._row("ticket_expired", who, None, visit)

    def _credited(self, visit: Visit, why: str) -> None:
        """Let who waits come back from tomorrow on, with what was waited."""
        waited = max(0.0, (self.now - visit.since).total_seconds())
        first = self.state.day + timedelta(days=1)
        self.state.rights[(visit.day, visit.label)] = Right(
            visit.service,
            why,
            first,
            first + timedelta(days=RETURN_DAYS),
            min(round(waited), MOST_CREDIT),
        )

    def _use(self, right: Right, visit: Visit) -> bool:
        """Put a returning visitor where they belong; say whether that is a stated place."""
        right.used = True
        if right.credit is not None:
            visit.since = self.now - timedelta(seconds=right.credit)
            return False
        others = [each.since for each in self.waiting() if each.service == visit.service]
        visit.since = min(others)
        visit.moved = len(others) > 1
        return visit.moved
