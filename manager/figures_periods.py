"""The periods a manager picks by name, and the one that a page was asked for."""

from datetime import date, timedelta

#: In the order of the page.
NAMES = ("today", "yesterday", "week", "last_week", "month", "last_month", "quarter", "year")


def period_named(name: str, today: date) -> tuple[date, date] | None:
    """Return the first and last day of a named period, or nothing for an unknown name."""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
    return {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "week": (monday, today),
        "last_week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "month": (month, today),
        "last_month": (before.replace(day=1), before),
        "quarter": (quarter, today),
        "year": (today.replace(month=1, day=1), today),
    }.get(name)
