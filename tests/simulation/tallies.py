"""What histories went through, counted, so that whoever reads a summary sees how much they prove."""

from collections import Counter
from typing import TYPE_CHECKING

from tests.faulty_bank import Fault

from .invariants import rows_of

if TYPE_CHECKING:
    from .history import History

# What happens at the bank and on the way, in the words of the promise. A message may be late and so come out of order.
KINDS: dict[str, frozenset[Fault]] = {
    "lost": frozenset(
        {Fault.REQUEST_LOST, Fault.ACKNOWLEDGMENT_LOST, Fault.QUESTION_LOST, Fault.LINE_MISSING, Fault.STATEMENT_LINE_MISSING}
    ),
    "late": frozenset({Fault.ARRIVES_LATE, Fault.ANSWERS_LATE, Fault.PARTIAL, Fault.STATEMENT_LATE}),
    "duplicated": frozenset(
        {Fault.NETWORK_DUPLICATE, Fault.DELIVERED_TWICE, Fault.LINE_TWICE, Fault.STATEMENT_TWICE, Fault.BOOKS_TWICE}
    ),
    "reordered": frozenset({Fault.HELD_BACK, Fault.RETURN_BEFORE_CREDIT}),
    "contradictory": frozenset(
        {Fault.OK_THEN_FAIL, Fault.FAIL_THEN_OK, Fault.TWO_REFERENCES, Fault.OTHER_BODY, Fault.UNKNOWN_LINE, Fault.AMOUNT_OFF,
         Fault.AMOUNTS_SWAPPED}
    ),
    "altered": frozenset(
        {Fault.ALTERED_BYTES, Fault.CUT_SHORT, Fault.SUM_WRONG, Fault.STATEMENT_ALTERED, Fault.STATEMENT_UNKNOWN_LINE}
    ),
    "another payee": frozenset({Fault.OTHER_CARD, Fault.OTHER_NAME, Fault.STATEMENT_OTHER_CARD}),
    "failed lines": frozenset({Fault.FAILS, Fault.UNKNOWN_CODE, Fault.EMPTY_CODE, Fault.SPACED_CODE}),
    "paid though void": frozenset({Fault.PAID_AFTER_ALL}),
    "late returns": frozenset({Fault.LATE_RETURN, Fault.RETURNED_TWICE}),
}  # fmt: skip
# What we made of it, as it stands in the tables of a history in the end.
MADE = (
    "SELECT 'reissues', count(*) FROM payments_paymentrequest WHERE kind = 'reissue'"
    " UNION ALL SELECT 'acceptances', count(*) FROM payments_paymentrequest WHERE kind = 'accepted' AND state = 'closed'"
    " UNION ALL SELECT 'refunds', count(*) FROM payments_refund WHERE state = 'approved'"
    " UNION ALL SELECT 'exceptions', count(*) FROM payments_paymentexception"
    " UNION ALL SELECT 'differences', count(*) FROM banking_break"
    " UNION ALL SELECT 'sent again', count(*) FILTER (WHERE kind = 'sending') - count(DISTINCT instruction_id)"
    "     FILTER (WHERE kind = 'sending') FROM banking_instructionevent"
    " UNION ALL SELECT 'voided', count(*) FILTER (WHERE kind = 'void') FROM banking_instructionevent"
)


def add_up(history: "History") -> None:
    """Count in a history's tally what the bank did to it, what we made of it, and its steps and commits."""
    happened = history.bank.happened
    for kind, faults in KINDS.items():
        history.tally[kind] += sum(happened[fault] for fault in faults)
    for made, count in rows_of(MADE):
        history.tally[made] += count
    history.tally["steps"] += len(history.told)
    history.tally["commits"] += history.commits.count


def summary(tally: Counter[str]) -> str:
    """The tally of some histories in a few lines."""
    steps = sorted({name.split()[2] for name in tally if name.startswith("died ")})
    deaths = (f"{step} {tally[f'died before {step}']}/{tally[f'died after {step}']}" for step in steps)
    made = ("reissues", "acceptances", "refunds", "exceptions", "differences", "sent again", "voided")
    said = (
        f"{tally['steps']} steps, {tally['commits']} commits, {tally['twice']} double clicks,"
        f" {tally['raced']} races ({tally['waited']} waited for a lock)"
    )
    return "\n".join(
        [
            said,
            f"{tally['died']} crashes, right before / right after a commit of: {', '.join(deaths)}",
            "at the bank and on the way: " + ", ".join(f"{tally[kind]} {kind}" for kind in KINDS),
            "what came of it: " + ", ".join(f"{tally[one]} {one}" for one in made),
        ]
    )
