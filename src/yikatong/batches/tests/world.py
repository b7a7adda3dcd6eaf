"""A small world for tests: an open cycle of P01, townships with sealed rosters, and everybody who signs.

What earlier rooms' people would have typed (persons, cards, roster lines) is written as the owner; every step that
anybody takes goes through ``core_take`` as in life, so the whole book verifies afterwards.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from tests.cast import Cast
from yikatong.batches import actions, queries
from yikatong.batches.models import PaymentBatch
from yikatong.core import clock, proofs
from yikatong.core.authz import Actor

from . import sealing

ROLES = {
    "township_clerk": "liuhe.jingban",
    "township_leader": "liuhe.shenhe",
    "other_township_clerk": "shiqiao.jingban",
    "other_township_leader": "shiqiao.shenhe",
    "department_clerk": "nongye.jingban",
    "department_reviewer": "nongye.fuhe",
    "department_leader": "nongye.shenpi",
    "finance_budget_officer": "luo.yusuan",
    "finance_reviewer": "zheng.fuhe",
    "finance_approver": "wang.caizheng",
    "finance_treasurer": "fang.guoku",
    "stranger": "minzheng.jingban",
}
LIUHE, SHIQIAO = "519999100000", "519999101000"
LIUHE_VILLAGE, SHIQIAO_VILLAGE = "519999100201", "519999101201"


@dataclass
class World:
    """``ids`` holds what was made, by name; ``as_`` gives the actor of a role, ``seal`` a sealed roster.

    Given the ``ids`` of another world, it is that world again, in a copy of its database.
    """

    owner_url: str
    app_url: str
    ids: dict[str, int] = field(default_factory=dict)
    at: datetime = field(default_factory=clock.now)

    def __post_init__(self) -> None:
        self.connection = psycopg.connect(self.owner_url, autocommit=True)
        if not self.ids:
            sealing.open_cycle(self)

    def close(self) -> None:
        """Hang up, and wait until the server has let go of every raw connection: the database is dropped next."""
        while self.run(
            "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.01)"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'raw'"
        ):
            pass
        self.connection.close()

    def as_(self, role: str) -> Actor:
        """The actor that holds the role here."""
        return Cast()[ROLES[role]]

    def official(self, role: str) -> int:
        """The official's id, for raw SQL."""
        return self.as_(role).official_id

    def app(self) -> "psycopg.Connection[Any]":
        """Raw SQL as the application's own role; each statement commits."""
        return psycopg.connect(self.app_url, autocommit=True, application_name="raw")

    def insert(self, table: str, **values: Any) -> int:
        """Insert one row as the owner; returns its id."""
        columns, places = ", ".join(values), ", ".join(["%s"] * len(values))
        row = self.connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING id", list(values.values())
        ).fetchone()
        assert row is not None
        return int(row[0])

    def run(self, statement: str, *values: Any) -> Any:
        """Run a statement as the owner; returns its first value, if any."""
        cursor = self.connection.execute(statement, values)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def findings(self, room: str) -> list[str]:
        """What the room's checks of ``verify`` find on the owner's connection, within its transaction if one is open."""
        return [
            f"{check.name} {row[0]}"
            for check in proofs.checks()
            if check.name.startswith(f"{room}/")
            for row in self.connection.execute(check.statement)
        ]

    def person(self, name: str, village: str = LIUHE_VILLAGE) -> int:
        """A person with an active card; returns the person's id."""
        return sealing.make_person(self, name, village)

    def seal(self, people: dict[int, int], *, township: str = LIUHE, forced: bool = False) -> int:
        """A sealed roster that pays ``people`` (person id -> fen); returns its id. ``forced`` skips completion's guard."""
        return sealing.make_sealed_roster(self, people, township, forced)

    def accept(self, *roster_ids: int) -> None:
        """The department's clerk accepts the rosters."""
        clerk = self.as_("department_clerk")
        for roster_id in roster_ids:
            roster = queries.sealed_roster_for(clerk, roster_id)
            actions.accept(roster=roster, by=clerk, at=self.at, seen_digest=roster.digest)

    def assemble(self, *roster_ids: int) -> PaymentBatch:
        """The clerk accepts and assembles."""
        self.accept(*roster_ids)
        return actions.assemble(
            cycle_id=self.ids["cycle"], roster_ids=roster_ids, by=self.as_("department_clerk"), at=self.at
        )

    def sign(self, batch: PaymentBatch, *verbs: str) -> PaymentBatch:
        """Reviewer and leader take the steps."""
        roles = {"review": "department_reviewer", "approve": "department_leader", "send_back": "department_reviewer"}
        for verb in verbs:
            actions.take(
                verb,
                batch=batch,
                by=self.as_(roles[verb]),
                at=self.at,
                seen_version=batch.version,
                seen_digest=batch.digest,
                reason="请核对",
            )
        return batch

    def approved(self, total_fen: int = 100_00) -> PaymentBatch:
        """An approved batch of one roster with one person."""
        roster = self.seal({self.person("张建国"): total_fen})
        return self.sign(self.assemble(roster), "review", "approve")


@dataclass(frozen=True)
class Kept:
    """A world that was made once, to be copied for each test: nobody is connected to ``database``."""

    database: Any
    ids: dict[str, int]


def kept(made: World, database: Any) -> Kept:
    """Hang up, so that the world can be copied."""
    made.close()
    return Kept(database, made.ids)
