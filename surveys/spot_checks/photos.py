"""Photos of a spot check: decoded and encoded anew, so that nothing but their pixels is kept."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Conflict, Unknown
from office.people import Actor
from storage.base import Base
from storage.work import Work
from surveys.spot_checks.checks import KEY, SpotCheck
from surveys.spot_checks.entries import (
    LONGEST_NOTE,
    Kind,
    entries_about,
    is_kept,
    keep,
    newest_of,
    words_of,
)

#: Most photos of one check, bytes of one as it is sent, and pixels of its edges as it is kept.
MOST = 12
LARGEST = 10 * 2**20
EDGES = (1600, 1600)


class PhotosFull(Conflict):
    """The check has as many photos as it may have."""

    code = "photos_full"


class PhotoUnknown(Unknown):
    """There is no such photo."""

    code = "not_found"


class SpotPhoto(Base):
    """The pixels of one photo."""

    __tablename__ = "spot_photos"
    __table_args__ = (
        UniqueConstraint("check_id", "key"),
        Index("ix_spot_photos_office_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    check_id: Mapped[int] = mapped_column(ForeignKey("spot_checks.id"))
    #: That of its entry.
    key: Mapped[str] = mapped_column(String(KEY))
    #: "jpg" or "png".
    type: Mapped[str] = mapped_column(String(4))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


def note_photo(
    work: Work,
    actor: Actor,
    now: datetime,
    check: SpotCheck,
    key: str,
    content: bytes,
    kind: str,
    said: Mapping[str, Any],
) -> None:
    """Keep a photo just encoded as `kind`, with a note; it is its entry's own subject.

    Raises Forbidden, SpotCheckSigned, PhotosFull or NoteHasNumber.
    """
    if is_kept(work, actor, check, key):
        return
    if entries_about(work, check, Kind.PHOTO, key):
        # Taken back before it arrived.
        return
    if len(newest_of(work, check, Kind.PHOTO)) >= MOST:
        raise PhotosFull(limit=MOST)
    detail = {"digest": sha256(content).hexdigest(), **words_of(said, "note", most=LONGEST_NOTE)}
    keep(work, actor, now, check, key, Kind.PHOTO, key, said, detail)
    work.session.add(
        SpotPhoto(office_id=check.office_id, check_id=check.id, key=key, type=kind, content=content)
    )


def take_back(
    work: Work, actor: Actor, now: datetime, check: SpotCheck, key: str, said: Mapping[str, Any]
) -> None:
    """Delete a photo. Raises Forbidden or SpotCheckSigned."""
    if is_kept(work, actor, check, key):
        return
    subject = str(said["photo"])
    # What is not to be seen must not be kept either, so this alone is emptied.
    for each in entries_about(work, check, Kind.PHOTO, subject):
        each.detail = {}
    work.session.execute(
        delete(SpotPhoto).where(SpotPhoto.check_id == check.id, SpotPhoto.key == subject)
    )
    keep(work, actor, now, check, key, Kind.PHOTO, subject, said, {})


def photo_of(work: Work, check: SpotCheck, key: str) -> SpotPhoto:
    """Return a photo of a check. Raises PhotoUnknown."""
    photo = work.session.scalars(
        select(SpotPhoto).where(SpotPhoto.check_id == check.id, SpotPhoto.key == key)
    ).first()
    if photo is None:
        raise PhotoUnknown()
    return photo
