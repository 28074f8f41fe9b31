"""Backups: an installation in one file, made while it runs, and brought back from it.

A backup is a ZIP archive: `manifest.json`, a file of JSON lines per table, and the files of the
data folder. It does not depend on the kind of database, so an office can also move from SQLite to
PostgreSQL, or back, by restoring it there. Each is proved by restoring it to a scratch place before
it gets its name.
"""

import base64
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, MetaData, Table, func, inspect, null, select, text
from sqlalchemy.types import JSON

from app import migrations
from kiosk.printing.claims import forget_old
from office.place import Office
from office.purging import purge
from office.turn import take_turn
from storage.engine import open_engine, sqlite_url
from storage.work import Store
from surveys.purges import PURGES
from surveys.ratings import forget_visits

FORMAT = 1
MANIFEST = "manifest.json"
PREFIX, SUFFIX = "antrean-", ".zip"
PART, SCRATCH, RESULT = ".part", "scratch-", "last.json"
#: Rows read or written at a time.
AT_ONCE = 2000
#: Files of the data folder that are not kept: the database itself, older backups, and what can be
#: made again.
LEFT_OUT = (
    *("antrean.db*", ".antrean.db*", "backups/*", "voice/*", "media/part-*", "*.log"),
    *("serving.lock", "copy.yml", "set_up_code"),
)
#: Tables of which nothing is kept: visitors' addresses last for a visit, backups for many nights.
PASSING = {"alembic_version", "notify_addresses", "notify_tallies"}
#: Files that packing makes no smaller.
PACKED = (".jpg", ".png", ".mp4", ".webm")
SECRETS = ("secret_key",)
#: Settings that say where to restore to stay as they are.
KEPT_HERE = ("antrean.toml",)


class BackupWrong(Exception):
    """The file is not a whole backup, or cannot be restored here; the message says why."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    made_at: datetime
    revision: str
    #: Rows of each table.
    tables: dict[str, int]
    #: The journal's version of each office.
    versions: dict[str, int]
    #: SHA-256 of each file in the archive.
    digests: dict[str, str]
    #: The journal's version and its seal of each office; none in backups from before there were.
    seals: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"format": FORMAT, **vars(self), "made_at": self.made_at.isoformat()}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Manifest":
        """Return what was kept. Raises BackupWrong for a format of another version."""
        if kept.get("format") != FORMAT:
            raise BackupWrong("the backup was made by another version of the program")
        made = datetime.fromisoformat(kept["made_at"])
        seals = {code: (version, seal) for code, (version, seal) in kept.get("seals", {}).items()}
        return cls(made, kept["revision"], kept["tables"], kept["versions"], kept["digests"], seals)


def back_up(engine: Engine, data: Path, folder: Path, now: datetime) -> Path:
    """Write a proved backup into `folder` and return its file, named by the UTC time."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{PREFIX}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"
    part = file.with_suffix(PART)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            _write(engine, data, out, now)
            out.flush()
            os.fsync(out.fileno())
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder) as scratch:
            restore(part, Path(scratch), sqlite_url(Path(scratch) / "antrean.db"), now)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file


def restore(file: Path, data: Path, database: str, now: datetime) -> Manifest:
    """Bring an installation back into the empty folder `data` and the empty `database`.

    The database is brought to this program's shape; what has outlived its time is dropped.
    Raises BackupWrong, and leaves nothing half done in the database.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupWrong(f"{file} cannot be read as a backup: {error}") from error
    with archive:
        manifest = _checked(archive)
        data.mkdir(parents=True, exist_ok=True)
        engine = open_engine(database)
        try:
            _fill(engine, archive, manifest)
        finally:
            engine.dispose()
        for name in archive.namelist():
            if name.startswith("files/"):
                _put(data, name.removeprefix("files/"), archive.read(name))
    bring_up(database, now)
    return manifest


def bring_up(database: str, now: datetime) -> None:
    """Bring a restored database to this program's shape, and drop what has outlived its time.

    Days that have ended since are closed, and what goes with a day goes: notes, needs, identity
    numbers' hashes; slips with their secrets, the visits of answers, and what is purged daily, too.
    """
    store = Store(database)
    try:
        migrations.upgrade(store.engine)
        with store.read() as work:
            offices = list(work.session.scalars(select(Office.id).order_by(Office.id)))
        for office_id in offices:
            with store.work() as work:
                office = take_turn(work, office_id, now)
                purge(work, office, now, PURGES)
                forget_old(work, now)
                forget_visits(work, office, now)
    finally:
        store.close()


def manifest_of(file: Path) -> Manifest:
    """Return what a backup says of itself; its content is not checked. Raises BackupWrong."""
    try:
        with zipfile.ZipFile(file) as archive:
            return Manifest.read(json.loads(archive.read(MANIFEST)))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BackupWrong(f"{file} cannot be read as a backup: {error}") from error


def backups_in(folder: Path) -> list[Path]:
    """Return the backups in `folder`, newest first."""
    return sorted(folder.glob(f"{PREFIX}????????T??????Z{SUFFIX}"), reverse=True)


def made_at(file: Path) -> datetime:
    """Return when a backup was made, from its name."""
    stamp = file.name.removeprefix(PREFIX).removesuffix(SUFFIX)
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S%z")


def clear_up(folder: Path) -> None:
    """Delete what a backup left behind that was cut short, as by a power cut."""
    for part in folder.glob(f"{PREFIX}*{PART}"):
        part.unlink()
    for scratch in folder.glob(f"{SCRATCH}*"):
        shutil.rmtree(scratch, ignore_errors=True)


def note_result(folder: Path, now: datetime, wrong: str | None = None) -> None:
    """Keep how the newest try went, for the managers' page and the doctor."""
    told = json.dumps({"at": now.isoformat(), "wrong": wrong})
    (folder / RESULT).write_text(told, encoding="utf-8")


def result_in(folder: Path) -> tuple[datetime, str | None] | None:
    """Return when the newest try was made, and what went wrong."""
    try:
        told = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return datetime.fromisoformat(told["at"]), told["wrong"]


def drop_old(folder: Path, kept: int) -> list[Path]:
    """Delete all backups in `folder` but the newest `kept`; return those deleted."""
    old = backups_in(folder)[kept:]
    for file in old:
        file.unlink()
    return old


def _write(engine: Engine, data: Path, out: IO[bytes], now: datetime) -> None:
    digests: dict[str, str] = {}
    counts: dict[str, int] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with _at_one_moment(engine) as connection:
            tables = _tables(connection)
            revision = migrations.current_of(connection)
            if revision is None:
                raise BackupWrong("there is no installation in this database yet")
            versions, seals = _versions(connection, tables), _seals(connection, tables)
            for table in tables:
                lines = _lines(connection, table)
                name = f"tables/{table.name}.jsonl"
                digests[name], counts[table.name] = _add(archive, name, lines)
        for file in files_of(data):
            name = f"files/{file.relative_to(data).as_posix()}"
            with file.open("rb") as content:
                digests[name], _ = _add(archive, name, iter(lambda: content.read(1 << 20), b""))
        manifest = Manifest(now, revision, counts, versions, digests, seals)
        archive.writestr(MANIFEST, json.dumps(manifest.told(), indent=1))


@contextmanager
def _at_one_moment(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees the database as it is now, whatever is written meanwhile."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect() as connection:
        yield connection.execution_options(**options)


def _tables(connection: Connection) -> list[Table]:
    """Return the tables as they are in the database, each after those it refers to."""
    known = MetaData()
    known.reflect(connection)
    return [
        each
        for each in known.sorted_tables
        if each.name not in PASSING and not each.name.startswith("_litestream")
    ]


def _versions(connection: Connection, tables: list[Table]) -> dict[str, int]:
    offices = next(each for each in tables if each.name == "offices")
    rows = connection.execute(select(offices.c.code, offices.c.version).order_by(offices.c.id))
    return {code: version for code, version in rows}  # noqa: C416 - rows are not pairs to mypy


def _seals(connection: Connection, tables: list[Table]) -> dict[str, tuple[int, str]]:
    """Return what proves later that no row of a journal was altered since."""
    offices = next(each for each in tables if each.name == "offices")
    if "seal" not in offices.c:
        return {}
    rows = connection.execute(
        select(offices.c.code, offices.c.version, offices.c.seal)
        .where(offices.c.seal.is_not(None))
        .order_by(offices.c.id)
    )
    return {code: (version, seal) for code, version, seal in rows}


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    yield json.dumps([column.name for column in table.columns]).encode() + b"\n"
    rows = connection.execution_options(yield_per=AT_ONCE).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    for row in rows:
        yield json.dumps([_kept(value) for value in row]).encode() + b"\n"


def _kept(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return str(value)
    return value


def _add(archive: zipfile.ZipFile, name: str, parts: Iterator[bytes]) -> tuple[str, int]:
    """Write `parts` as one file; return its SHA-256 and how many parts followed the first."""
    digest, count = hashlib.sha256(), 0
    entry = zipfile.ZipInfo(name)
    packed = name.endswith(PACKED)
    entry.compress_type = zipfile.ZIP_STORED if packed else archive.compression
    with archive.open(entry, "w", force_zip64=True) as out:
        for count, part in enumerate(parts):  # noqa: B007 - the last count is what is wanted
            digest.update(part)
            out.write(part)
    return digest.hexdigest(), count


def files_of(data: Path) -> list[Path]:
    """Return the files of the data folder that are kept."""
    left_out = {file for pattern in LEFT_OUT for file in data.glob(pattern)}
    return sorted(
        file
        for file in data.rglob("*")
        if file.is_file() and not file.is_symlink() and not left_out & {file, *file.parents}
    )


def _checked(archive: zipfile.ZipFile) -> Manifest:
    """Return the manifest of an archive whose every file is as it was written."""
    try:
        manifest = Manifest.read(json.loads(archive.read(MANIFEST)))
        for name, digest in manifest.digests.items():
            found = hashlib.sha256()
            with archive.open(name) as file:
                while block := file.read(1 << 20):
                    found.update(block)
            if found.hexdigest() != digest:
                raise BackupWrong(f"{name} in the backup has been damaged")
    except (KeyError, ValueError, zipfile.BadZipFile, OSError) as error:
        raise BackupWrong(f"the backup is damaged: {error}") from error
    if {*manifest.digests, MANIFEST} != set(archive.namelist()):
        raise BackupWrong("the backup holds files that its manifest does not name")
    return manifest


def _fill(engine: Engine, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Make the tables as they were and fill them, in one transaction for all rows."""
    if inspect(engine).get_table_names():
        raise BackupWrong("there is something in this database already; choose an empty one")
    migrations.upgrade(engine, manifest.revision)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        tables = _tables(connection)
        for table in tables:
            count = _load(connection, table, archive)
            if count != manifest.tables[table.name]:
                raise BackupWrong(
                    f"{table.name} has {count} rows, not {manifest.tables[table.name]}"
                )
        if engine.dialect.name == "postgresql":
            _continue_numbering(connection, tables)
        if _versions(connection, tables) != manifest.versions:
            raise BackupWrong("the offices are not at the versions that the manifest names")
        _check_journals(connection, tables)


def _load(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        names = json.loads(next(lines))
        if unknown := [name for name in names if name not in table.columns]:
            raise BackupWrong(f"{table.name} has {unknown[0]}, which its shape does not know")
        columns = [table.columns[name] for name in names]
        readers = [_reader(column.type, connection.dialect.name) for column in columns]
        count, rows = 0, []
        for line in lines:
            values = [read(value) for read, value in zip(readers, json.loads(line), strict=True)]
            rows.append(dict(zip(names, values, strict=True)))
            count += 1
            if len(rows) == AT_ONCE:
                connection.execute(table.insert(), rows)
                rows = []
        if rows:
            connection.execute(table.insert(), rows)
    return count


def _reader(kind: Any, dialect: str) -> Callable[[Any], Any]:
    """Return what turns a kept value into one for a column of this kind."""
    if isinstance(kind, JSON):
        return lambda value: null() if value is None else value
    wanted = kind.python_type

    def read(value: Any) -> Any:
        if value is None or isinstance(value, wanted):
            return value
        if wanted is datetime:
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=None) if dialect == "sqlite" else moment
        if wanted in (date, time):
            return wanted.fromisoformat(value)
        return base64.b64decode(value) if wanted is bytes else wanted(value)

    return read


def _continue_numbering(connection: Connection, tables: list[Table]) -> None:
    """Let PostgreSQL number new rows after those brought back."""
    for table in tables:
        for column in table.primary_key.columns:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": table.name, "column": column.name},
            )
            newest = connection.scalar(select(func.max(column))) if sequence else None
            if newest is not None:
                connection.execute(
                    text("SELECT setval(:sequence, :newest)"),
                    {"sequence": sequence, "newest": newest},
                )


def _check_journals(connection: Connection, tables: list[Table]) -> None:
    """Make sure that no row of an office's journal is missing."""
    named = {each.name: each for each in tables}
    offices, journal = named["offices"], named["journal"]
    for office_id, code, version in connection.execute(
        select(offices.c.id, offices.c.code, offices.c.version).order_by(offices.c.id)
    ):
        count, newest = connection.execute(
            select(func.count(), func.max(journal.c.version)).where(
                journal.c.office_id == office_id
            )
        ).one()
        if (count, newest or 0) != (version, version):
            raise BackupWrong(f"the journal of {code} has {count} rows, not {version}")


def _put(data: Path, name: str, content: bytes) -> None:
    """Write a file of the data folder; a secret is readable by its owner only."""
    file = (data / name).resolve()
    if not file.is_relative_to(data.resolve()):
        raise BackupWrong(f"{name} in the backup lies outside the folder")
    if name in KEPT_HERE and file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o600 if name in SECRETS else 0o644
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(content)
