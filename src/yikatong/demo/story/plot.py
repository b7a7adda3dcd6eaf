"""What every step of the run needs: the cast, the clock, the rosters' files, the bank."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from yikatong.batches import queries as batches
from yikatong.catalog import queries as catalog
from yikatong.core import clock
from yikatong.core.authz import Actor, actor_for
from yikatong.core.models import Official
from yikatong.payments import queries as payments
from yikatong.rosters import queries as rosters

from ..bank import BankProcess

COUNTY = Path(__file__).resolve().parent.parent / "county"
PROGRAM_CODE, CYCLE_LABEL = "P01", "2026"
CYCLE_NO = f"{PROGRAM_CODE}-{CYCLE_LABEL}"
ZERO_BALANCE_ACCOUNT = "519999000000000101"  # 农业农村局's, see ``stage.zero_balance_account``


@dataclass(frozen=True)
class Township:
    """One township of the run: its officials' user names begin with ``key``."""

    key: str
    code: str
    file: str


TOWNSHIPS = (
    Township("liuhe", "519999100000", "01_柳河镇2026年耕地地力保护补贴花名册.xlsx"),
    Township("shiqiao", "519999101000", "02_石桥镇2026年耕地地力保护补贴花名册(分村).xlsx"),
    Township("shuanghe", "519999104000", "08_双河镇2026年耕地地力保护补贴花名册.xlsx"),
)


@dataclass(frozen=True)
class Step:
    """One step: what it is called, and the action that takes it.

    ``commits_itself``: it speaks with the bank or runs background work, which commit on their own; taking it
    twice is harmless.
    """

    key: str
    title: str
    take: Callable[[], Any]
    commits_itself: bool = False


@dataclass
class Plot:
    """The run's surroundings. In tests ``townships`` are fewer and ``county`` is a smaller folder of the same form."""

    bank: BankProcess | None = None
    townships: tuple[Township, ...] = TOWNSHIPS
    county: Path = field(default=COUNTY)

    def file(self, name: str) -> bytes:
        """One of the county's files."""
        return (self.county / name).read_bytes()

    def at(self) -> datetime:
        """The business moment now."""
        return clock.now()

    def actor(self, username: str) -> Actor:
        """A member of the cast, with the posts they hold today."""
        return actor_for(Official.objects.get(username=username), clock.today())

    def step_days(self, days: int) -> None:
        """Let days go by, at the county and at the bank."""
        clock.step_forward(days=days)
        if self.bank:
            self.bank.control.advance(days)

    def cycle(self) -> Any:
        """The run's cycle."""
        return catalog.cycle_for(self.actor("nongye.jingban"), CYCLE_NO)

    def roster(self, township: Township) -> Any:
        """The township's roster of this run."""
        clerk = self.actor(f"{township.key}.jingban")
        return rosters.rosters_for(clerk).filter(cycle_id=self.cycle().pk).exclude(state="void").latest("id")

    def batch(self) -> Any:
        """The run's batch."""
        return batches.batches_for(self.actor("nongye.jingban")).exclude(state="void").latest("id")

    def request(self) -> Any:
        """The newest payment request of the batch."""
        return payments.requests_for(self.actor("nongye.jingban")).latest("id")
