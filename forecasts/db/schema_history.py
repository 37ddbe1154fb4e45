"""Who changed what: the append-only history, chained by hash, and what packs loaded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forecasts.db.base import STRICT, Base, at_most, primary_key, some
from forecasts.db.types import JsonText
from forecasts.domain import limits


class HistoryEntryRow(Base):
    """One committed intent. `hash` covers the entry, the digest of its changes and the hash before it."""

    __tablename__ = "history_entry"
    id: Mapped[int] = primary_key()
    at: Mapped[datetime]
    analyst: Mapped[str]
    intent: Mapped[str]
    summary: Mapped[str]
    reason: Mapped[str]
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("history_entry.id", ondelete="RESTRICT"), unique=True)
    change_count: Mapped[int]
    changes_digest: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (
        *some(limits.NAME, "analyst", "intent"),
        *at_most(limits.TEXT, "summary", "reason"),
        sa.CheckConstraint("undoes_id < id", name="undoes_earlier"),
        STRICT,
    )


class HistoryChangeRow(Base):
    """One record's part of an entry, before and after, in the pack's form."""

    __tablename__ = "history_change"
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("history_entry.id", ondelete="RESTRICT"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonText())
    after: Mapped[dict[str, Any] | None] = mapped_column(JsonText())
    __table_args__ = (
        sa.Index("ix_history_change_kind_name", "kind", "name"),
        *some(limits.CODE, "kind"),
        sa.CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name="something"),
        STRICT,
    )


class LoadedRecordRow(Base):
    """The digest of a record as a pack last brought it: a later load leaves alone what was changed here since."""

    __tablename__ = "loaded_record"
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    __table_args__ = (*some(limits.CODE, "kind", "digest"), STRICT)
