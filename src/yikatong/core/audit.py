"""Past-tense facts, committed with the action that made them, sealed into a chain afterwards."""

import json
from datetime import datetime
from typing import Any

from . import sql
from .authz import Actor


def record(name: str, *, subject: str, by: Actor, at: datetime, **detail: Any) -> None:
    """Append one event, e.g. ``record("roster.matched", subject="roster:7", by=actor, at=at, rows=263)``.

    ``detail`` must hold no ID, card or phone number. One event for a set-based statement, not one a row.
    """
    sql.call("core_record", name, subject, by.official_id, at, json.dumps(detail, ensure_ascii=False, default=str))


def seal() -> int:
    """Chain the committed events that are not yet sealed; returns how many were. Safe to run twice at once."""
    sealed: int = sql.call("core_seal_audit")
    return sealed


def head() -> tuple[int, str]:
    """Sequence and hash (hex) of the chain's last link, (0, '') when nothing is sealed."""
    from .models import AuditSeal

    last = AuditSeal.objects.order_by("-sequence").first()
    return (last.sequence, bytes(last.hash).hex()) if last else (0, "")
