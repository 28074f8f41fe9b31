"""The command `replay`: live a recorded day at a running server, and check everything it did."""

import json
import math
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from app.replay.check import Evidence, check
from app.replay.days import SHIPPED, Day, read_day
from app.replay.drive import LAST_CALL, CannotReplay, Log, Plan, drive
from app.replay.follow import SocketRefused
from app.replay.mapping import choose_counters, shares
from app.replay.rebuilt import Row
from app.replay.rest import Answer, Caller, Refused, ServerGone
from app.replay.shapes import NotADay, seconds
from app.replay.summary import Summary, summarise, told

#: Rows of the journal per request.
PAGE = 1000


class Speed(click.ParamType[float | None]):
    """A factor above nought, or `max`."""

    name = "N|max"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | None:
        """Return the factor, or None for `max`."""
        if value is None or value == "max":
            return None
        try:
            factor = float(value)
        except ValueError:
            factor = 0.0
        if not 0 < factor < math.inf:
            self.fail(f"{value!r} is neither a number above 0 nor 'max'", param, ctx)
        return factor


class Stretch(click.ParamType[tuple[float, float]]):
    """A stretch of a day, such as 10:00-12:30."""

    name = "HH:MM-HH:MM"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        """Return its ends in seconds since midnight."""
        first, _, last = str(value).partition("-")
        try:
            ends = seconds(first), seconds(last)
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)
        return ends


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--url", default="http://127.0.0.1:8000", show_default=True)
@click.option(
    "--tokens",
    "tokens_file",
    envvar="ANTREAN_TOKENS",
    metavar="FILE|-",
    help="What `antrean init --sample --json` printed; - reads it from standard input.",
)
@click.option(
    "--speed",
    type=Speed(),
    default="max",
    show_default=True,
    help="Times as fast as it happened; max keeps only the order.",
)
@click.option("--counters", type=click.IntRange(min=1), help="Clerks at work (as recorded).")
@click.option("--screens", type=click.IntRange(min=0), default=2, show_default=True)
@click.option("--date", metavar="YYYY-MM-DD", help="Day of the recording (its busiest).")
@click.option("--between", type=Stretch(), help="Only who arrived in this stretch (all day).")
@click.option("--office", metavar="NAME", help="Office of the recording (all, put together).")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def replay(
    file: Path | None,
    url: str,
    tokens_file: str | None,
    speed: float | None,
    counters: int | None,
    screens: int,
    date: str | None,
    between: tuple[float, float] | None,
    office: str | None,
    as_json: bool,
) -> None:
    """Replay a recorded day at a running server and check it.

    FILE is a CSV of recorded arrivals and services; without it a real day of the civil registry
    offices of Warsaw is taken. The day is lived through public addresses and sockets only: as
    kiosk, as clerks, and as screens. At the end the office's day is closed, so whoever is still in
    line expires.

    Ends with status 1 if a number, ticket or call was lost, doubled, missed or out of order.
    """
    try:
        day = read_day(file or SHIPPED, date, office, between)
    except NotADay as error:
        raise click.ClickException(str(error)) from error
    tokens = read_tokens(tokens_file)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise click.UsageError(f"--url {url} is not an http address.")
    try:
        summary = replay_day(
            url, tokens, day, speed=speed, counters=counters, screens=screens, say=_say
        )
    except ServerGone as error:
        raise click.ClickException(f"No answer from {url}: {error}") from error
    except SocketRefused as error:
        raise click.ClickException(f"{url} refused a socket: {error}") from error
    except Refused as error:
        raise click.ClickException(_refusal(error)) from error
    except CannotReplay as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(summary, indent=2, ensure_ascii=False) if as_json else told(summary))
    if not summary["ok"]:
        raise click.exceptions.Exit(1)


def replay_day(
    url: str,
    tokens: dict[str, Any],
    day: Day,
    *,
    speed: float | None = None,
    counters: int | None = None,
    screens: int = 2,
    say: Any = lambda line: None,
) -> Summary:
    """Replay `day` at the server and return the summary of the check.

    Raises CannotReplay, Refused, SocketRefused or ServerGone.
    """
    log = Log()
    kiosk = Caller(url, tokens["kiosk"], log.tally)
    manager = Caller(url, tokens["manager"], log.tally)
    try:
        offers = kiosk.get("/services")
        _begin(manager, offers)
        plan = _plan(url, tokens, day, offers, manager.get("/counters"), counters, screens, speed)
        for group, parts in plan.divided.items():
            share = ", ".join(f"{code} {part:.0%}" for code, part in parts.items())
            say(f"{group}: {day.groups[group]} visitors to {share}")
        since = manager.get("/office")["version"]
        followers = drive(plan, log)
        manager.post("/day/close")
        rows = read_journal(manager)
    finally:
        kiosk.close()
        manager.close()
    for follower in followers:
        follower.reach(rows[-1]["version"], LAST_CALL)
    for follower in followers:
        follower.leave()
    for follower in followers:
        follower.close()
    if not log.given:
        raise CannotReplay(f"The office gave out no ticket: {dict(log.refused)}.")
    found = check(
        Evidence(
            rows=rows,
            since=since,
            rates={each["code"]: each["rate"] for each in offers["priority_classes"]},
            policy=offers["policy"],
            given=log.given,
            calls=log.calls,
            screens=[follower.hearing for follower in followers],
            polls=log.polls,
            answered_otherwise=log.tally.answered_otherwise,
        )
    )
    return summarise(plan, log, found, offers["office"]["code"], offers["policy"])


def read_tokens(source: str | None) -> dict[str, Any]:
    """Return the tokens from a file or, for -, from standard input. Raises click's errors."""
    if source is None:
        raise click.UsageError(
            "Which tokens? Keep what `antrean init --sample --json` prints, and name that file "
            "with --tokens FILE (or ANTREAN_TOKENS), or pipe it in with --tokens -."
        )
    try:
        with click.open_file(source, encoding="utf-8") as stream:
            tokens = json.load(stream)["tokens"]
        missing = [
            name for name in ("kiosk", "screen", "manager", "clerks") if not tokens.get(name)
        ]
    except OSError as error:
        raise click.UsageError(f"--tokens {source}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.UsageError(
            f"--tokens {source} is not what `antrean init --sample --json` prints."
        ) from error
    if missing:
        raise click.UsageError(f"--tokens {source} lacks: {', '.join(missing)}.")
    found: dict[str, Any] = tokens
    return found


def read_journal(manager: Caller, after: int = 0) -> list[Row]:
    """Return the office's journal, all of it or what came after a version.

    Raises Refused or ServerGone.
    """
    rows: list[Row] = []
    while True:
        page = manager.get(f"/journal?after={after}&limit={PAGE}")
        rows += page["changes"]
        if not page["more"] or not page["changes"]:
            return rows
        after = page["changes"][-1]["version"]


def _begin(manager: Caller, offers: Answer) -> None:
    """Make sure nobody real is in line; in rehearsal, close what an earlier one left open."""
    counters = manager.get("/counters")["counters"]
    waiting = sum(service["waiting"] for service in offers["services"])
    busy = [each["number"] for each in counters if each["ticket"]]
    if not waiting and not busy:
        return
    if not offers["office"]["rehearsal"]:
        raise CannotReplay(
            f"The office is at work: {waiting} waiting, {len(busy)} at counters. "
            "A replay would mix with them and expire them at its end; use a rehearsal."
        )
    manager.post("/day/close")


def _plan(
    url: str,
    tokens: dict[str, Any],
    day: Day,
    offers: Answer,
    counters: Answer,
    wanted: int | None,
    screens: int,
    speed: float | None,
) -> Plan:
    able = {
        each["number"]: each["services"]
        for each in counters["counters"]
        if str(each["number"]) in tokens["clerks"]
    }
    if not able:
        raise CannotReplay("None of the office's counters has a clerk among the tokens.")
    if wanted is not None and wanted > len(able):
        raise CannotReplay(f"--counters {wanted}: there are tokens for {len(able)} counters.")
    chosen = choose_counters(wanted or min(day.counters, len(able)), able)
    served = {number: able[number] for number in chosen}
    on_offer = [each["code"] for each in offers["services"] if each["open"]]
    divided = shares(day.groups, on_offer, served)
    if not divided:
        closed = {each["reason"] for each in offers["services"] if each["reason"]}
        raise CannotReplay(
            f"No counter at work serves a service that can be had ({', '.join(sorted(closed))}); "
            "in rehearsal the hours are not enforced."
        )
    faster = [each for each in offers["priority_classes"] if each["rate"] > 1]
    priority = min(faster, key=lambda each: each["rate"])["code"] if faster else None
    return Plan(url, tokens, day, served, divided, priority, screens, speed)


def _refusal(error: Refused) -> str:
    if error.status in (401, 403):
        return f"The server does not accept the tokens ({error.code}); are they this server's?"
    return f"The server refused: {error}. {error.facts.get('detail', '')}".strip()


def _say(line: str) -> None:
    click.echo(line, err=True)
