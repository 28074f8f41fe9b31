"""The doctor: what is wrong with this installation, and how to mend it."""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app import copying, migrations
from app.backup import backups_in, made_at, result_in
from app.settings import Settings
from display.voice.synthesis import check_voice
from kiosk.notifying.gateways import check_gateway
from kiosk.printing.office_printers import OfficePrinter
from kiosk.printing.printers import check_printer
from kiosk.printing.states import PAPER_LOW
from office.journal import JournalRow
from office.logo import Logo
from office.media import Medium
from office.notifying import Way
from office.place import Office
from office.shelf import Shelf
from storage.engine import open_engine

#: Below this the disk is nearly full.
LEAST_FREE = 500 * 1024 * 1024
#: What the codes of a printer's troubles mean, and how to mend each.
PRINTER_TROUBLES = {
    "address_invalid": ("its address makes no sense", "mend the setting `printer`"),
    "busy": ("serves another computer now", "let no other computer print on it"),
    "cover_open": ("its cover is open", "close it"),
    "driver_missing": ("its driver is missing", "install libusb-1.0-0, or connect it by network"),
    "offline": ("does not answer", "switch it on; check its cable and the setting `printer`"),
    "paper_out": ("has no paper", "put a new roll in"),
}
#: What to do where there is no installation.
ELSEWHERE = "name the right one with --data; a new office begins with: antrean serve"
#: A backup older than this means that making them fails.
OLD_BACKUP = timedelta(days=3)
#: A commit slower than this (seconds) will be felt at the counter.
SLOW_COMMIT = 0.05


@dataclass(frozen=True)
class Finding:
    """One thing looked at: fine, or what is wrong and what to do."""

    subject: str
    wrong: str | None = None
    mend: str | None = None
    note: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong."""
        return self.wrong is None


def examine(settings: Settings) -> list[Finding]:
    """Look at the database, clock, disk, port, voice and printer; nothing is changed."""
    looks: list[Callable[[], Iterator[Finding]]] = [
        lambda: _data(settings.data),
        lambda: _database(settings),
        lambda: _backups(settings),
        lambda: _copy(settings),
        lambda: _clock(settings),
        lambda: _port(settings),
        lambda: _redis(settings.redis),
        lambda: _media(settings),
        lambda: _voice(settings.data / "voice"),
        lambda: _printer(settings.printer),
        lambda: _office_printers(settings),
        lambda: _messages(settings.notify),
    ]
    findings = []
    for look in looks:
        try:
            findings += list(look())
        except Exception as error:
            findings.append(
                Finding("examination", f"could not be finished: {error}", "report this line")
            )
    return findings


def _data(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield Finding("data", f"there is no folder {folder}", ELSEWHERE)
        return
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as probe:
            probe.write(b"x" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        yield Finding("data", f"{folder} cannot be written: {error}", "mend its owner and mode")
        return
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        yield Finding(
            "disk", f"only {free // 2**20} MB are left", "delete old backups or add space"
        )
    else:
        yield Finding("disk", note=f"{free // 2**30} GB free")
    key = folder / "secret_key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding("secret key", "others can read it", f"run: chmod 600 {key}")


def _media(settings: Settings) -> Iterator[Finding]:
    engine = open_engine(settings.database_url)
    try:
        if _is_missing(engine) or migrations.current(engine) != migrations.newest():
            return
        with engine.connect() as connection:
            files = [
                *connection.scalars(select(Medium.file)),
                *connection.scalars(select(Logo.file)),
            ]
    except SQLAlchemyError:
        return  # what is wrong with the database has been said
    finally:
        engine.dispose()
    shelf = Shelf(settings.data / "media")
    named = sorted({each for each in files if each})
    missing = [name for name in named if not shelf.path(name).is_file()]
    if missing:
        yield Finding(
            "media",
            f"{len(missing)} files are missing in {shelf.folder}, first {missing[0]}",
            "restore them from a backup, or upload them anew under Settings, Media and logo",
        )
    elif named:
        yield Finding("media", note=f"{len(named)} files")


def _backups(settings: Settings) -> Iterator[Finding]:
    if not settings.backups_kept:
        yield Finding("backups", note="the daily ones are switched off")
        return
    newest = next(iter(backups_in(settings.backup_folder)), None)
    last = result_in(settings.backup_folder)
    if last is not None and last[1] is not None:
        yield Finding(
            "backups", f"the last try failed: {last[1]}", "mend that, then run: antrean backup"
        )
    elif newest is None:
        yield Finding("backups", note="none yet; the server makes the first within minutes")
    elif (age := datetime.now(UTC) - made_at(newest)) > OLD_BACKUP:
        yield Finding(
            "backups",
            f"the newest is {age.days} days old",
            "run: antrean backup, and see what it says",
        )
    else:
        yield Finding("backups", note=f"the newest is {newest.name}")


def _copy(settings: Settings) -> Iterator[Finding]:
    behind = copying.delay(settings)
    if behind is None or settings.copy_to is None:
        return
    if not settings.copy_to.is_dir():
        yield Finding(
            "copy", f"there is no folder {settings.copy_to}", "connect its disk, and start again"
        )
    elif settings.copy_to.stat().st_dev == settings.data.stat().st_dev:
        yield Finding(
            "copy", f"{settings.copy_to} lies on the same disk", "put `copy_to` on another disk"
        )
    elif behind > copying.LATE:
        yield Finding(
            "copy",
            f"the newest change has had none for {behind:.0f} s",
            f"start the server; see {settings.data / 'copy.log'}",
        )
    else:
        yield Finding("copy", note=f"{settings.copy_to} holds every change")


def _database(settings: Settings) -> Iterator[Finding]:
    engine = open_engine(settings.database_url)
    address = engine.url.render_as_string(hide_password=True)
    try:
        if _is_missing(engine):
            yield Finding("database", f"{address} does not exist", ELSEWHERE)
            return
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except Exception as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        yield Finding(
            "database",
            f"{address} does not answer: {reason}",
            "start the database server, or mend the setting `database`",
        )
        return
    at, wanted = migrations.current(engine), migrations.newest()
    if at is not None and at not in migrations.known():
        yield Finding(
            "database",
            f"its shape is {at}, this program knows those up to {wanted}",
            "install the newer version again, or restore a backup with this one",
        )
        return
    if at != wanted:
        yield Finding(
            "database",
            f"its shape is {at or 'empty'}, this program needs {wanted}",
            "run: antrean migrate (it makes a backup first)",
        )
        return
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            sound = connection.execute(text("PRAGMA quick_check(1)")).scalar()
            if sound != "ok":
                yield Finding("database", f"is damaged: {sound}", "restore the last backup")
                return
        offices = connection.execute(select(func.count()).select_from(Office)).scalar()
        if not offices:
            yield Finding("office", "there is none", "run: make office")
    took = _commit_seconds(settings) if engine.dialect.name == "sqlite" else None
    if took is not None and took > SLOW_COMMIT:
        yield Finding(
            "disk",
            f"a durable write takes {took * 1000:.0f} ms",
            "use an SSD in place of a memory card",
        )
    engine.dispose()
    yield Finding("database", note=address)


def _is_missing(engine: Engine) -> bool:
    """Say whether connecting would make a new SQLite file."""
    return engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists()


def _commit_seconds(settings: Settings) -> float:
    """Return the median seconds of a durable write beside the database."""
    times = []
    with tempfile.NamedTemporaryFile(dir=settings.data) as probe:
        for _ in range(7):
            began = time.perf_counter()
            probe.write(b"x" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
            times.append(time.perf_counter() - began)
    return sorted(times)[len(times) // 2]


def _clock(settings: Settings) -> Iterator[Finding]:
    now = datetime.now(UTC)
    if now.year < 2026:
        yield Finding("clock", f"says {now:%Y-%m-%d}", "set the clock; check its battery and NTP")
        return
    engine = open_engine(settings.database_url)
    try:
        if _is_missing(engine):
            raise FileNotFoundError(engine.url.database)
        with engine.connect() as connection:
            last = connection.execute(select(func.max(JournalRow.at))).scalar()
            zone = connection.execute(select(Office.timezone).order_by(Office.id).limit(1)).scalar()
            if last is not None and (last - now).total_seconds() > 120:
                yield Finding(
                    "clock",
                    f"says {now:%Y-%m-%d %H:%M} UTC, but the journal goes to {last:%Y-%m-%d %H:%M}",
                    "set the clock; check its battery and NTP",
                )
                return
    except Exception:
        yield Finding("clock", note=f"{now:%Y-%m-%d %H:%M} UTC, not compared with the journal")
        return
    finally:
        engine.dispose()
    if zone is None:
        yield Finding("clock", note=f"{now:%Y-%m-%d %H:%M} UTC")
        return
    here = now.astimezone(ZoneInfo(zone))
    yield Finding("clock", note=f"{here:%Y-%m-%d %H:%M %Z} at the office")


def _port(settings: Settings) -> Iterator[Finding]:
    place = f"{settings.host}:{settings.port}"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            if _is_ours(settings):
                yield Finding("port", note=f"{place}, served by Antrean now")
                return
            yield Finding(
                "port",
                f"{place} cannot be had: {error.strerror}",
                "stop the program that holds it, or choose another with --port",
            )
            return
    yield Finding("port", note=f"{place} is free")


def _is_ours(settings: Settings) -> bool:
    from urllib.error import URLError
    from urllib.request import urlopen

    host = "127.0.0.1" if settings.host in {"0.0.0.0", ""} else settings.host
    try:
        with urlopen(f"http://{host}:{settings.port}/healthz", timeout=2) as answer:
            return b'"status"' in answer.read(200)
    except (URLError, OSError, ValueError):
        return False


def _redis(address: str) -> Iterator[Finding]:
    if not address:
        return
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        Redis.from_url(address, socket_timeout=2, socket_connect_timeout=2).ping()
    except (RedisError, ValueError) as error:
        yield Finding("redis", f"does not answer: {error}", "start it, or mend the setting `redis`")
        return
    yield Finding("redis", note="answers")


def _voice(folder: Path) -> Iterator[Finding]:
    wrong = check_voice(folder)
    if wrong is None:
        yield Finding("voice", note="works")
        return
    problem, _, mend = wrong.partition("; ")
    yield Finding("voice", problem, mend)


def _messages(gateways: Mapping[Way, str]) -> Iterator[Finding]:
    for way, setting in gateways.items():
        code = check_gateway(setting)
        if code is None:
            yield Finding("messages", note=f"the gateway of {way.value} answers")
        elif code == "offline":
            yield Finding(
                "messages",
                f"the gateway of {way.value} does not answer",
                "check its address in the setting `notify`, and this machine's internet",
            )
        else:
            yield Finding(
                "messages",
                f"the gateway of {way.value} has an address that makes no sense",
                "mend the setting `notify`",
            )


def _office_printers(settings: Settings) -> Iterator[Finding]:
    engine = open_engine(settings.database_url)
    try:
        if _is_missing(engine) or migrations.current(engine) != migrations.newest():
            return
        with engine.connect() as connection:
            chosen = sorted(set(connection.scalars(select(OfficePrinter.address))))
    except SQLAlchemyError:
        return  # what is wrong with the database has been said
    finally:
        engine.dispose()
    for address in chosen:
        yield from _printer(address)


def _printer(address: str) -> Iterator[Finding]:
    code = check_printer(address)
    if address.strip() in {"", "none"}:
        yield Finding("printer", note="none is set up")
    elif code is None or code == PAPER_LOW:
        yield Finding("printer", note=f"{address} works" + (", its paper runs out" if code else ""))
    else:
        yield Finding("printer", *PRINTER_TROUBLES.get(code, (f"reports {code}", "restart it")))
