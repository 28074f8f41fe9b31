"""Idempotency keys: a request sent twice is answered twice and done once."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import KeyReused
from storage.base import Base
from storage.work import Work

#: How long a key and its answer are kept.
KEPT = timedelta(hours=24)
#: Longest key accepted, in characters.
LONGEST_KEY = 120


class KeptAnswer(Base):
    """The answer once given to a request with this key."""

    __tablename__ = "kept_answers"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    actor: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)


def request_fingerprint(verb: str, body: Any) -> str:
    """Return what tells two requests apart: the verb with its address, and the body."""
    canonical = json.dumps([verb, body], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def kept_answer(
    work: Work, office_id: int, actor: str, key: str, fingerprint: str
) -> tuple[int, dict[str, Any]] | None:
    """Return the status and answer kept for `key`. Raises KeyReused for another request."""
    kept = work.session.get(KeptAnswer, (office_id, actor, key))
    if kept is None:
        return None
    if kept.fingerprint != fingerprint:
        raise KeyReused(key=key)
    return kept.status, kept.answer


def keep_answer(
    work: Work,
    office_id: int,
    actor: str,
    key: str,
    fingerprint: str,
    status: int,
    answer: dict[str, Any],
    now: datetime,
) -> None:
    """Keep the answer to `key` in the transaction that did the work."""
    work.session.add(
        KeptAnswer(
            office_id=office_id,
            actor=actor,
            key=key,
            fingerprint=fingerprint,
            status=status,
            answer=answer,
            at=now,
        )
    )


def drop_old_answers(work: Work, office_id: int, now: datetime) -> int:
    """Delete the office's answers older than KEPT; return how many there were."""
    result = work.session.execute(
        delete(KeptAnswer).where(KeptAnswer.office_id == office_id, KeptAnswer.at < now - KEPT)
    )
    return int(getattr(result, "rowcount", 0))
