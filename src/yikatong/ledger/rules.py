"""Kinds of transfer: which way they go and what vouches for them. Later rooms register theirs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of transfer; ``ground`` is a database function ``f(fact bigint) RETURNS ledger_ground``."""

    name: str
    source_kind: str
    destination_kind: str
    ground: str


KINDS: dict[str, Kind] = {}


def register(name: str, source_kind: str, destination_kind: str, *, ground: str) -> str:
    """Make a kind of transfer known; migration writes it for the database. Returns its name."""
    KINDS[name] = Kind(name, source_kind, destination_kind, ground)
    return name
