"""The app: the screens, the office and the storage put together."""

import logging
import sys
from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from apiflask import APIFlask
from flask import Flask
from flask_socketio import SocketIO
from gevent import monkey
from werkzeug.middleware.proxy_fix import ProxyFix

import counter
import display
import kiosk
import manager
import surveys
from app import alone, copying, daily, specification
from app.keeping import safekeeping
from app.readiness import readiness
from app.relay import AT_ONCE, Relay
from app.settings import Settings
from manager.first_code import kept_code
from office.clock import Clock, SteadyClock
from office.setting_up import has_office
from storage.work import Store
from web import (
    compression,
    errors,
    forms,
    languages,
    learner,
    live,
    metrics,
    navigation,
    requests,
    security,
    warming,
)
from web.account import account_pages
from web.doors import doors
from web.house import House
from web.limits import limiter
from web.provider import Client, Provider
from web.requests import HouseRequest, HouseRule, OfficePrefix
from web.second_factor import second_factor_pages
from web.shelf import shelf_pages
from web.single_sign_on import single_sign_on_pages
from web.sockets import LONGEST

ROOT = Path(__file__).resolve().parent.parent
SCREENS = (kiosk, counter, display, surveys, manager)
#: From which level on what libraries say is logged. The first two tell of each refusal what was
#: typed and whose secret was shown, the others what strangers made up; of both the house tells
#: what is fit to be told. Having a level, the latter add no output of their own.
QUIET = {
    "flask-limiter": logging.WARNING,
    "flask_wtf.csrf": logging.WARNING,
    "engineio.server": logging.ERROR,
    "socketio.server": logging.ERROR,
}
#: Largest request body in bytes.
LARGEST_BODY = 256 * 1024


def create_app(settings: Settings, clock: Clock | None = None) -> APIFlask:
    """Return the app of one installation, its parts in `app.extensions["antrean"]`."""
    settings.data.mkdir(parents=True, exist_ok=True)
    app = APIFlask("app", docs_path=None, spec_path="/api/openapi.json", static_folder=None)  # type: ignore[arg-type]
    app.request_class = HouseRequest
    app.url_rule_class = HouseRule
    app.config.update(
        SECRET_KEY=security.kept_key(settings.data),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        UPLOAD_LENGTH=settings.upload_mb * 2**20,
        # Browsers keep a cookie of this name only over HTTPS, for this very host and no other.
        SESSION_COOKIE_NAME="__Host-antrean" if settings.secure_cookies else "antrean",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(days=400),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        RATELIMIT_STORAGE_URI=settings.redis or "memory://",
        # without an answer of Redis each process counts for itself
        RATELIMIT_STORAGE_OPTIONS=AT_ONCE if settings.redis else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis),
    )
    steady = SteadyClock()
    relay = Relay(settings.redis) if settings.redis else None
    home = House(
        store=Store(settings.database_url),
        clock=clock or steady,
        socketio=_socketio(app, relay),
        folder=settings.data,
        public_url=settings.public_url,
        provider=_provider(settings),
        printer=settings.printer,
        notify=settings.notify,
        media_room=settings.media_mb * 2**20,
        alone=relay is None,
        parted=lambda: relay is not None and relay.cut_off,
        together=nullcontext if relay is None else relay.together,
        safekeeping=lambda: safekeeping(settings),
    )
    app.extensions["antrean"] = home
    errors.init_app(app)
    requests.init_app(app)
    security.init_app(app)
    compression.init_app(app)
    languages.init_app(app, (ROOT / name / "translations" for name in _packages()))
    limiter.init_app(app)
    forms.init_app(app)
    navigation.init_app(app)
    app.register_blueprint(doors)
    app.register_blueprint(account_pages)
    app.register_blueprint(second_factor_pages)
    app.register_blueprint(single_sign_on_pages)
    app.register_blueprint(shelf_pages)
    app.register_blueprint(readiness)
    metrics.init_app(app, home, settings.metrics_token)
    home.clock_watch.left_out = lambda: steady.left_out
    home.floor_alerts.append(home.clock_watch.alerts)
    for screen in SCREENS:
        screen.init_app(app, home)
    home.background.append(lambda: warming.run(app))
    home.background.append(lambda: learner.run(home))
    home.background.append(lambda: daily.run(settings, home.store))
    home.background.append(lambda: copying.run(settings))
    specification.init_app(app)
    app.wsgi_app = home.gate.polled(app.wsgi_app)  # type: ignore[method-assign,assignment]
    app.wsgi_app = OfficePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = live.Elsewhere(app.wsgi_app, home)  # type: ignore[method-assign]
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.proxies,
            x_proto=settings.proxies,
            x_host=settings.proxies,
        )
    return app


def start_background(app: APIFlask) -> live.Pulse:
    """Start sending live updates; return the pulse, for its stop. Raises ServedAlready."""
    home: House = app.extensions["antrean"]
    if home.alone:
        app.extensions["antrean.alone"] = alone.hold(home.folder)
    pulse = live.start(app, home, home.spaces)
    for task in home.background:
        home.socketio.start_background_task(task)
    return pulse


def tell_first(app: APIFlask, address: str) -> None:
    """Say on the console how an installation without an office is set up, and its code."""
    home: House = app.extensions["antrean"]
    with home.store.read() as work:
        if has_office(work):
            return
    code = kept_code(home.folder)
    shown = f"{code[:4]}-{code[4:]}"
    print(
        f"\nBelum ada kantor di {home.folder}. Buka {address}/setup dan ketik kode {shown}"
        f"\nThere is no office in {home.folder} yet. Open {address}/setup and type the code {shown}"
        "\n(atau hentikan, lalu / or stop, then: antrean init --from FILE | --sample)\n",
        file=sys.stderr,
        flush=True,
    )


class Lines(structlog.PrintLogger):
    """Prints what is logged; where that cannot be written, on a full disk, the work goes on."""

    def __init__(self, *_names: Any) -> None:
        super().__init__()

    def msg(self, message: str) -> None:
        """Print a line, if that can be."""
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = error = exception = critical = fatal = failure = msg


def configure_log(level: str) -> None:
    """Log one line per event, machine readable, on standard error, whoever says it."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    said = logging.StreamHandler()
    said.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            structlog.processors.JSONRenderer(), foreign_pre_chain=processors
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[said])
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
    structlog.configure(
        processors=[*processors, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=Lines,
        cache_logger_on_first_use=True,
    )


def _socketio(app: Flask, relay: Relay | None) -> SocketIO:
    patched = monkey.is_module_patched("socket")
    options: dict[str, Any] = {
        "async_mode": "gevent" if patched else "threading",
        "manage_session": False,
        "ping_interval": 20,
        "ping_timeout": 20,
        "max_http_buffer_size": LONGEST,
        "http_compression": False,
    }
    if relay is not None:
        options["client_manager"] = relay
    return SocketIO(app, **options)


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    return Provider(
        Client(
            settings.oidc_issuer,
            settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(),
            settings.oidc_claim,
            settings.oidc_domain,
            settings.oidc_name or urlsplit(settings.oidc_issuer).netloc,
        )
    )


def _packages() -> tuple[str, ...]:
    return ("web", "kiosk", "counter", "display", "surveys", "manager")
