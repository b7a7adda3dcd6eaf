"""The verbs of banking: seal, send, fetch, reconcile, explain and settle a break, register providers."""

from datetime import datetime

from django.db import transaction

from yikatong.core.authz import Actor
from yikatong.core.refusals import Refused

from . import clearing, overdue, queries, restoring, states, uploading, words
from .complaining import decide_complaint, record_complaint
from .counting import count_years
from .models import BankReport, Break, PaymentInstruction
from .receiving import Fetched, fetch, receive
from .reconciling import Reconciled, reconcile
from .sealing import seal
from .sending import send
from .tallying import check_books, tally

__all__ = [
    "Exchanged",
    "Fetched",
    "Reconciled",
    "check_books",
    "clearing",
    "count_years",
    "decide_complaint",
    "explain",
    "fetch",
    "fetch_and_reconcile",
    "receive",
    "reconcile",
    "record_complaint",
    "restoring",
    "seal",
    "send",
    "send_back",
    "send_waiting",
    "settle",
    "tally",
    "uploading",
]

# The database says so of an instruction that was never sent in its time.
EXPIRED = "YK073"


class Exchanged:
    """What one round with all banks did."""

    def __init__(self) -> None:
        self.reports: list[BankReport] = []
        self.closed: list[int] = []
        self.trouble: list[str] = []

    @property
    def sentence(self) -> str:
        """In one sentence, for the page that asked for it."""
        new = [report for report in self.reports if report.standing != BankReport.Standing.FOREIGN]
        told = f"取回 {len(new)} 份回盘，{len(self.closed)} 份发放申请对平关闭。"
        return told + "".join(self.trouble)


def send_waiting(*, by: Actor, at: datetime) -> dict[str, str]:
    """Send or clear up every instruction that is sealed, half-sent or unknown; message id → state or sentence.

    Call outside any transaction. One refusal does not hold the others up. What expired unsent goes out in a new file.
    """
    told: dict[str, str] = {}
    for instruction in queries.waiting_instructions():
        try:
            told[instruction.message_id] = send(instruction=instruction, by=by, at=at)
        except Refused as refused:
            told[instruction.message_id] = str(refused)
            if refused.code == EXPIRED:
                _replace(instruction, told, by, at)
    return told


def _replace(instruction: PaymentInstruction, told: dict[str, str], by: Actor, at: datetime) -> None:
    """Seal what expired unsent anew, and send it."""
    try:
        for fresh in seal(request_id=instruction.request_id, by=by, at=at):
            told[fresh.message_id] = send(instruction=fresh, by=by, at=at)
    except Refused as refused:
        told[instruction.message_id] = str(refused)


def fetch_and_reconcile(*, by: Actor, at: datetime) -> Exchanged:
    """One round with every provider that pays: take in what is new, compare, close. Call outside any transaction.

    Of an older copy of the database nothing is taken in here: what is told of a file has to find it (``examining``).
    """
    exchanged = Exchanged()
    if _is_older_copy(by, at):
        exchanged.trouble.append(words.RESTORING)
        return exchanged
    for provider in queries.paying_providers():
        fetched = fetch(provider=provider, by=by, at=at)
        exchanged.reports += fetched.reports
        exchanged.trouble += fetched.trouble
        done = reconcile(provider=provider, by=by, at=at)
        exchanged.closed += done.closed
        exchanged.trouble += done.open.values()
    tally(by=by, at=at)
    overdue.inquire(by=by, at=at)
    return exchanged


def _is_older_copy(by: Actor, at: datetime) -> bool:
    try:
        return restoring.notice(by=by, at=at) is not None
    except Refused:
        # Without a log that can be read nothing is sent; what the bank tells is taken in.
        return False


@transaction.atomic
def explain(*, subject: Break, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str) -> None:
    """The difference's owner says what is behind it: bank operator, treasurer or department."""
    verb = "explain" if subject.owner == Break.Owner.BANK else f"explain_{subject.owner}"
    states.FLOW.take(
        verb, subject=subject, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )


@transaction.atomic
def settle(*, subject: Break, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str) -> None:
    """Finance has looked at the explained difference; no figure changes by it."""
    states.FLOW.take(
        "settle", subject=subject, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )


@transaction.atomic
def send_back(*, subject: Break, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str) -> None:
    """Finance is not content with the explanation."""
    states.FLOW.take(
        "send_back", subject=subject, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
