"""One history: a clone of the county, a bank and workers, steps drawn by a seed, and what is checked on the way."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest import mock

import psycopg
from django.db import connection

from tests.faulty_bank import Fault
from tests.faulty_bank.wire import BankWire
from yikatong.banking import receiving, sending
from yikatong.core import tasks
from yikatong.core.authz import Actor, actor_for
from yikatong.core.databases import Databases
from yikatong.core.refusals import Refused

from . import crashes, invariants, steps, tallies
from .bank import MoodyBank
from .world import BEGINNING, ROLES_HERE, SIZES, as_application

STEPS = (8, 16)
FATES = ("plainly", "twice", "raced")
# What the state of a history is, without the moments at which the database wrote it down and what is sealed at random.
STATE_TABLES = {
    "payments_paymentrequest": "id", "payments_payment": "id", "payments_paymentoutcome": "id",
    "payments_paymentexception": "id", "payments_refund": "id", "payments_outcomeclaim": "outcome_id",
    "banking_paymentinstruction": "id", "banking_instructionevent": "id", "banking_bankreport": "id",
    "banking_bankstatement": "id", "banking_statementline": "id", "banking_break": "id", "ledger_transfer": "id",
}  # fmt: skip
FLEETING = ("recorded_at", "audit_head", "digest", "body_digest", "created_at")


class Broken(AssertionError):
    """An invariant does not hold; says which, the seed, and every step that led there."""


@dataclass(frozen=True)
class Bent:
    """What a history is bent to: the bank's promise, its faults with their chances, and how things are done.

    ``deadly`` is how likely each commit is to be the last thing that its worker does, or what it comes no more to.
    ``distances``: at which of its commits somebody who races meets the other. ``prelude``: what happens, undisturbed by
    crashes, before luck takes over.
    """

    dedupes: bool | None = None
    faults: dict[Fault, float] | None = None
    fates: tuple[int, int, int] = (58, 12, 30)
    deadly: float = 0.15
    sizes: tuple[int, ...] = ()
    distances: tuple[int, ...] = (1, 1, 1, 2, 2, 3, 4)
    file_lines: int = 0
    always_before: bool = False
    prelude: "Callable[[History], None] | None" = None


@dataclass
class History:
    """``play`` lives it through; ``told`` holds every step in words, ``state`` the digest of what it ended in."""

    seed: int
    where: Databases
    template_requests: dict[int, int]
    is_loud: bool = False
    bent: Bent = Bent()
    told: list[str] = field(default_factory=list)
    judged_count: int = 0
    commits_judged: int = 0
    open_before: tuple[tuple[int, str], ...] = ()
    deadly: float = 0
    tally: Counter[str] = field(default_factory=Counter)
    state: str = ""

    def __post_init__(self) -> None:
        self.rng = random.Random(f"history {self.seed}")
        self._death = random.Random(f"death {self.seed}")
        self.doing, self._commits_before = "", 0
        self.at = BEGINNING
        self.bank = MoodyBank(self.seed, self.at, dedupes=self.bent.dedupes, faults=self.bent.faults)
        sizes = self.bent.sizes or self.rng.sample(SIZES[:-1], self.rng.choice((1, 1, 2)))
        self.file_lines = self.bent.file_lines or self.rng.choice((100_000, 100_000, 2, 1))
        self.requests = [self.template_requests[size] for size in sorted(sizes)]
        self._actors: dict[str, Actor] = {}
        self.say(f"requests {self.requests} of {sizes} lines in files of {self.file_lines}; the bank {self.bank.mood}")

    def play(self) -> None:
        """Live it through. Raises Broken."""
        with self.begun():
            try:
                if self.bent.prelude:
                    self.bent.prelude(self)
                self.deadly = self.bent.deadly
                for request in self.requests:
                    steps.seal(self, request)
                for _ in range(self.rng.randint(*STEPS)):
                    steps.drawn(self)()
                    self.check(invariants.after_step)
                steps.come_to_rest(self)
            except Broken:
                raise
            except Exception as error:
                # An action dies of a broken invariant: what is no refusal is a bug.
                raise self._broken([f"{type(error).__name__}: {error}"]) from error
            self.check(invariants.at_rest)
            self.state = state_of()
            tallies.add_up(self)

    def check(self, judge: "Callable[[History], list[str]]") -> None:
        """Raise Broken if something does not hold."""
        if found := judge(self):
            raise self._broken(found)

    def _broken(self, found: list[str]) -> Broken:
        return Broken("\n".join([f"seed {self.seed} breaks:", *found, "steps:", *self.told]))

    def say(self, sentence: str) -> None:
        """Note a step."""
        self.told.append(f"{len(self.told):3} {self.at:%m-%d %H:%M} {sentence}")
        if self.is_loud:
            print(self.told[-1], flush=True)

    def act(self, name: str, work: Callable[[], Any], *, is_calm: bool = False) -> None:
        """Do something as life does it: once, twice, at once with somebody else; and at any commit it may die."""
        fate = "plainly" if is_calm else self.rng.choices(FATES, self.bent.fates)[0]
        distance, rival = self.rng.choice(self.bent.distances), crashes.Rival(work)
        self.doing, self._commits_before = name.split(maxsplit=1)[0], self.commits.count
        if fate == "raced":
            self.commits.at(distance, crashes.racing(rival))
        outcome = self._outcome(work)
        self.commits.at(0, None)
        if fate == "twice":
            outcome += " / " + self._outcome(work)
        if rival.error is not None and not isinstance(rival.error, Refused):
            raise rival.error
        self.tally["twice"] += fate == "twice"
        self.tally["raced"] += rival.began
        self.tally["waited"] += rival.waited
        self.say(f"{name} {fate}{f' at commit {distance}' if rival.began else ''}: {outcome}")

    @property
    def commit_no(self) -> int:
        """Which commit of what is being done this one is, from 1."""
        return self.commits.count - self._commits_before

    def _fate(self) -> crashes.What | None:
        """What happens at a commit: mostly nothing, or the worker dies right before or right after it."""
        if self._death.random() >= self.deadly:
            return None
        before = self._death.random() < 0.5 or self.bent.always_before
        self.tally[f"died {'before' if before else 'after'} {self.doing}"] += 1
        return crashes.dying(before)

    def _outcome(self, work: Callable[[], Any]) -> str:
        with crashes.survived() as died:
            try:
                return str(work())
            except Refused as refused:
                return f"{refused.code} {refused}"
        assert died
        self.tally["died"] += 1
        return "died"

    def as_(self, role: str) -> Actor:
        """The actor that holds the role."""
        if role not in self._actors:
            official = steps.official(ROLES_HERE[role]) if role != "system" else tasks.machine()
            self._actors[role] = actor_for(official, self.at.date())
        return self._actors[role]

    def pass_time(self, hours: int) -> None:
        """Hours go by, for us and at the bank."""
        self.at += timedelta(hours=hours)
        self._owner.execute("UPDATE simulation_clock SET stands_at = %s", [self.at])
        self.bank.pass_time(timedelta(hours=hours))

    def reconnect_owner(self) -> None:
        """After the server went away."""
        self._owner.close()
        self._owner = psycopg.connect(self.where.owner_url, autocommit=True)

    def owner_runs(self, statement: str, *values: Any) -> Any:
        """A statement as the owner; its first value."""
        cursor = self._owner.execute(statement.encode(), values)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Connected to its database and its bank."""
        wire = mock.Mock(return_value=BankWire(self.bank))
        self._owner = psycopg.connect(self.where.owner_url, autocommit=True)
        terms = [self.bank.dedupes_forever, self.bank.honors_not_after, self.file_lines]
        self._owner.execute(
            "UPDATE banking_paymentprovider SET dedupes_forever = %s, honors_expiry = %s, file_lines_max = %s", terms
        )
        try:
            with (
                as_application(self.where),
                mock.patch.object(sending, "connect", wire),
                mock.patch.object(receiving, "connect", wire),
                crashes.watched() as self.commits,
            ):
                self.commits.fate = self._fate
                yield
        finally:
            self._owner.close()


def state_of() -> str:
    """SHA-256 (hex) over the rows of STATE_TABLES as the connection sees them."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table, key in STATE_TABLES.items():
            dropped = " - ".join(["to_jsonb(one)", *(f"'{column}'" for column in FLEETING)])
            cursor.execute(f"SELECT ({dropped})::text FROM {table} AS one ORDER BY {key}")
            for (row,) in cursor.fetchall():
                digest.update(row.encode() + b"\n")
    return digest.hexdigest()
