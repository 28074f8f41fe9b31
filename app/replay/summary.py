"""The summary of a replay, for people and, in the same words, for programs."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.replay.check import Findings
from app.replay.days import Day
from app.replay.drive import Log, Plan

#: Faults told one by one; the rest are counted.
TOLD = 20

#: What must be nought for a replay to be without fault.
MUST_BE_NOUGHT = (
    "numbers_duplicated",
    "numbers_skipped",
    "journal_gaps",
    "tickets_lost",
    "tickets_unended",
    "calls_lost",
    "calls_unanswered",
    "moves_broken",
    "calls_out_of_order",
    "positions_risen_unexplained",
    "answered_otherwise",
)
SCREENS_MUST = ("missed", "doubled", "unordered", "wrong")

Summary = dict[str, Any]


def summarise(plan: Plan, log: Log, found: Findings, office: str, policy: str) -> Summary:
    """Return everything worth telling of a replay."""
    screens = [asdict(screen) for screen in found.screens]
    counted = {name: getattr(found, name) for name in MUST_BE_NOUGHT}
    ok = not any(counted.values()) and not any(
        screen[name] for screen in screens for name in SCREENS_MUST
    )
    day = plan.day
    return {
        "ok": ok,
        "recording": {
            "source": day.source,
            "shape": day.shape,
            "date": day.date,
            "offices": list(day.offices),
            "visitors": len(day.visitors),
            "counters": day.counters,
            "median_service_s": round(day.median_service),
            "service_times": day.durations,
        },
        "server": plan.url,
        "office": office,
        "policy": policy,
        "speed": plan.speed if plan.speed is not None else "max",
        "elapsed_s": round(log.elapsed, 2),
        "counters": {str(number): list(codes) for number, codes in sorted(plan.served.items())},
        "mapping": {
            group: {code: round(part, 2) for code, part in parts.items()}
            for group, parts in plan.divided.items()
        },
        "tickets": found.tickets,
        "calls": found.calls,
        "finished": found.finished,
        "no_shows": found.no_shows,
        "expired": found.expired,
        "refused": dict(log.refused),
        "by_others": found.by_others,
        **counted,
        "calls_out_of_order_logged": found.calls_out_of_order_logged,
        "screens": screens,
        "latency_ms": {
            "p50": _rounded(quantile(found.latencies, 0.5)),
            "p99": _rounded(quantile(found.latencies, 0.99)),
            "max": _rounded(max(found.latencies, default=None)),
            "samples": len(found.latencies),
        },
        "waits": {
            "recorded": _waits(recorded_waits(day)),
            "replayed": _waits(log.waits),
        },
        "positions_polled": found.positions_polled,
        "positions_risen": found.positions_risen,
        "requests": log.tally.requests,
        "retried": log.tally.retried,
        "resent": log.tally.resent,
        "sockets_unheard": log.unheard,
        "faults": found.faults[:TOLD],
        "faults_left_out": max(len(found.faults) - TOLD, 0),
    }


def recorded_waits(day: Day) -> list[float]:
    """Return the recorded waits, in seconds, of those who were called."""
    return [visitor.waited for visitor in day.visitors if visitor.waited is not None]


def quantile(values: Sequence[float], part: float) -> float | None:
    """Return the smallest of `values` that at least `part` of them do not exceed."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(min(-int(-part * len(ordered) // 1), len(ordered)) - 1, 0)]


def told(summary: Summary) -> str:
    """Return the summary as lines of text."""
    recording, waits, latency = (
        summary["recording"],
        summary["waits"],
        summary["latency_ms"],
    )
    lines = [
        (
            f"Replayed {recording['date']} of {recording['source']} "
            f"({', '.join(recording['offices']) or recording['shape']}): "
            f"{recording['visitors']} visitors in {summary['elapsed_s']} s at speed "
            f"{summary['speed']}, {len(summary['counters'])} counters, "
            f"{len(summary['screens'])} screens, policy {summary['policy']}."
        ),
        "",
        _counts(
            summary,
            ("tickets", "calls", "finished", "no_shows", "expired"),
        ),
        _counts(
            summary,
            ("numbers_duplicated", "numbers_skipped", "journal_gaps", "tickets_lost"),
        ),
        _counts(summary, ("calls_out_of_order", "calls_out_of_order_logged", "calls_lost")),
        _counts(summary, ("calls_unanswered", "moves_broken", "tickets_unended")),
        (
            f"requests sent again {summary['resent']}, answered otherwise "
            f"{summary['answered_otherwise']}; retried {summary['retried']}"
        ),
        (
            f"places polled {summary['positions_polled']}, risen {summary['positions_risen']}, "
            f"unexplained {summary['positions_risen_unexplained']}"
        ),
    ]
    for number, screen in enumerate(summary["screens"], start=1):
        lines.append(
            f"screen {number}: calls missed {screen['missed']}, doubled {screen['doubled']}, "
            f"late {screen['late']}, unordered {screen['unordered']}, wrong {screen['wrong']}, "
            f"asked for after a gap {screen['asked_for']}"
        )
    lines += [
        (
            f"clerk's request to screen: p50 {latency['p50']} ms, p99 {latency['p99']} ms, "
            f"max {latency['max']} ms ({latency['samples']} samples)"
        ),
        f"waits recorded: {_wait_line(waits['recorded'])}",
        (
            f"waits replayed: {_wait_line(waits['replayed'])} "
            f"(service times {recording['service_times']}, "
            f"median {recording['median_service_s'] / 60:.1f} min)"
        ),
    ]
    if summary["refused"]:
        refused = ", ".join(f"{code} {count}" for code, count in summary["refused"].items())
        lines.append(f"tickets refused: {refused}")
    if summary["by_others"]:
        lines.append(f"tickets and calls of others while it ran: {summary['by_others']}")
    lines += ["", "No fault found." if summary["ok"] else "FAULTS:"]
    lines += [f"  {fault}" for fault in summary["faults"]]
    if summary["faults_left_out"]:
        lines.append(f"  and {summary['faults_left_out']} more")
    return "\n".join(lines)


def _counts(summary: Summary, names: Sequence[str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {summary[name]}" for name in names)


def _waits(values: Sequence[float]) -> dict[str, Any]:
    return {
        "median_s": _rounded(quantile(values, 0.5)),
        "p90_s": _rounded(quantile(values, 0.9)),
        "visitors": len(values),
    }


def _wait_line(wait: dict[str, Any]) -> str:
    if wait["median_s"] is None:
        return "nobody was called"
    return (
        f"median {wait['median_s'] / 60:.1f} min, p90 {wait['p90_s'] / 60:.1f} min "
        f"({wait['visitors']} visitors)"
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
