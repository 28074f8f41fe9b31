"""Which language an answer is in, and where the translations of each screen lie."""

from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path

from babel.dates import format_date, get_day_names
from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, get_locale

LOCALES = ("id", "en")
COOKIE = "lang"
#: Pages of devices: Indonesian whatever the browser prefers, and nothing is remembered there.
OWN_LANGUAGE = {
    *("kiosk.page", "entrance.page", "display.page", "pairing.pair_page", "exit.page"),
    *("skm_asking.at_tablet", "skm_asking.sent_at_tablet"),
}
YEAR = 365 * 24 * 3600
#: How days are written on every page and paper, in both languages; the shorter ones in tables.
DAYS = {"medium": "d MMM y", "long": "d MMMM y", "full": "EEEE, d MMMM y"}


def init_app(app: Flask, folders: Iterable[Path]) -> None:
    """Translate with the catalogues in `folders`; Indonesian unless the asker wants English."""
    app.config["BABEL_DEFAULT_LOCALE"] = LOCALES[0]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(each) for each in folders)
    formats = Babel.default_date_formats | {f"date.{width}": each for width, each in DAYS.items()}
    Babel(app, locale_selector=chosen, date_formats=formats)
    app.jinja_env.globals["get_locale"] = get_locale
    app.jinja_env.filters |= {"moment": moment, "clock": clock}

    @app.after_request
    def remember(response: Response) -> Response:
        wanted = request.args.get("lang")
        if wanted in LOCALES and request.endpoint not in OWN_LANGUAGE:
            response.set_cookie(
                COOKIE,
                wanted,
                max_age=YEAR,
                samesite="Lax",
                httponly=True,
                secure=app.config["SESSION_COOKIE_SECURE"],
            )
        return response


def chosen() -> str:
    """Return the language of this request: asked for, remembered, preferred, or Indonesian."""
    if not has_request_context():
        return LOCALES[0]
    wanted = request.args.get("lang")
    if wanted in LOCALES:
        return wanted
    if request.endpoint in OWN_LANGUAGE:
        return LOCALES[0]
    preferred = request.accept_languages.best_match(LOCALES) or LOCALES[0]
    if request.headers.get("Accept") == "application/json":
        # a page's own call, which says the page's language: a kiosk's is the visitor's, whatever
        # somebody chose in the same browser for other pages
        return preferred
    remembered = request.cookies.get(COOKIE)
    return remembered if remembered in LOCALES else preferred


def asked_language() -> str | None:
    """Return the language asked for or remembered in so many words, if any."""
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LOCALES:
            return wanted
    return None


def locale() -> str:
    """Return the language of this request as its code."""
    return str(get_locale() or LOCALES[0])


def day_in(day: date, width: str, language: str) -> str:
    """Return a day as it is written in a language; `width` is one of DAYS."""
    return str(format_date(day, DAYS[width], locale=language))


def moment(at: datetime, width: str = "medium", *, seconds: bool = False) -> str:
    """Return an hour of a day, told by the office's clock, in the page's language."""
    return f"{day_in(at.date(), width, locale())}, {clock(at, seconds=seconds)}"


def clock(at: datetime | time, *, seconds: bool = False) -> str:
    """Return a time of day in the page's language."""
    told = at.time() if isinstance(at, datetime) else at
    between = "." if locale() == "id" else ":"
    return told.strftime(f"%H{between}%M{between}%S" if seconds else f"%H{between}%M")


def weekdays() -> list[str]:
    """Return the short names of the days of the week in the page's language, Monday first."""
    names = get_day_names("abbreviated", locale=locale())
    return [names[each] for each in range(7)]
