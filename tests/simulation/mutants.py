"""Planted mutants: the protocol with one rule removed, everywhere it is held. Each must make the simulation fail.

A rule that is held in the database is taken out of the function's own text in the clone, as the owner could; a rule
that is held in Python is patched. A mutant names what a history is bent to, so that few of them are needed.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import psycopg

from tests.faulty_bank import Fault
from yikatong.banking import manifests, sending
from yikatong.banking.models import InstructionEvent, PaymentInstruction
from yikatong.core import files
from yikatong.core.databases import Databases

from .history import Bent

Kind = InstructionEvent.Kind
OFTEN = 0.6


@dataclass(frozen=True)
class Mutant:
    """``cuts``: (object, text or pattern, replacement) in the database; ``statements`` run besides; ``patches`` in Python."""

    name: str
    rule: str
    bent: Bent
    cuts: tuple[tuple[str, str, str], ...] = ()
    statements: tuple[str, ...] = ()
    patches: tuple[tuple[Any, str, Any], ...] = field(default=())

    def plant(self, where: Databases) -> None:
        """Take the rule out of a database. Asserts that it was there."""
        with psycopg.connect(where.owner_url, autocommit=True) as owner:
            for name, pattern, replacement in self.cuts:
                text = _definition(owner, name)
                mutated, count = re.subn(pattern, replacement, text, flags=re.DOTALL)
                assert count == 1, f"{self.name}: {name} holds the rule {count} times"
                owner.execute(mutated.encode())
            for statement in self.statements:
                owner.execute(statement.encode())

    @contextmanager
    def patched(self) -> Iterator[None]:
        """Take the rule out of Python for a while."""
        with ExitStack() as stack:
            for place, name, changed in self.patches:
                stack.enter_context(mock.patch.object(place, name, changed))
            yield


def _definition(owner: "psycopg.Connection[Any]", name: str) -> str:
    """The text that makes a function, or a view, anew."""
    row = owner.execute(
        "SELECT CASE WHEN relation.oid IS NOT NULL"
        " THEN format('CREATE OR REPLACE VIEW %%I AS ', relation.relname) || pg_get_viewdef(relation.oid)"
        " ELSE pg_get_functiondef(routine.oid) END"
        " FROM (SELECT %s::text AS name) AS wanted"
        " LEFT JOIN pg_proc AS routine ON routine.proname = wanted.name"
        " LEFT JOIN pg_class AS relation ON relation.relname = wanted.name AND relation.relkind = 'v'",
        [name],
    ).fetchone()
    assert row and row[0], name
    return str(row[0])


@contextmanager
def _nobody_is_alone(instruction: PaymentInstruction) -> Iterator[bool]:
    yield True


def _call_before_commit(instruction: PaymentInstruction, by: Any, at: Any) -> None:
    manifest = manifests.read(instruction=instruction, by=by, at=at)
    body = files.opened(instruction.body, purpose="sending an instruction", by=by, at=at)
    kind, note = sending._submit(sending.connect(instruction.provider, at=at), body, instruction, manifest)
    sending._begin(instruction=instruction, by=by, at=at)
    sending.answer(instruction=instruction, kind=kind, note=note, by=by, at=at)


def _asked_and_sent_again(instruction: PaymentInstruction, by: Any, at: Any) -> bool:
    held = sending.connect(instruction.provider, at=at).status(instruction.message_id, "")
    return held is sending.Held.RECEIVED and sending.answer(
        instruction=instruction, kind=Kind.ACKNOWLEDGED, note="", by=by, at=at
    )


RESENDS = ("banking_begin_sending", r"IF stands = 'unknown' AND NOT \(", "IF false AND NOT (")
FORGETFUL_LATE = Bent(dedupes=False, faults={Fault.ARRIVES_LATE: OFTEN, Fault.ANSWERS_LATE: 0.3}, sizes=(1,))
CONTRARY = Bent(dedupes=True, faults={Fault.FAIL_THEN_OK: 1, Fault.STATEMENT_LATE: OFTEN}, sizes=(1, 2))

MUTANTS = (
    Mutant(
        "blind_resend",
        "an unknown sending goes again only where the bank dedupes for ever",
        FORGETFUL_LATE,
        cuts=(RESENDS,),
        patches=((sending, "_settled_by_asking", lambda instruction, by, at: False),),
    ),
    Mutant(
        "not_found_is_permission",
        "NOT_FOUND is no permission to send again: the first copy may still be on its way",
        FORGETFUL_LATE,
        cuts=(RESENDS,),
        patches=((sending, "_settled_by_asking", _asked_and_sent_again),),
    ),
    Mutant(
        "called_before_committed",
        "sending is committed before the call",
        Bent(dedupes=False, faults={}, deadly=OFTEN, sizes=(1,), always_before=True),
        patches=((sending, "_call", _call_before_commit),),
    ),
    Mutant(
        "two_senders",
        "an instruction has one sender, and sending is begun once",
        Bent(dedupes=False, faults={}, fates=(20, 0, 80), sizes=(2,), distances=(3,), file_lines=1),
        cuts=(("banking_begin_sending", r"IF stands NOT IN \('sealed', 'unknown'\) THEN", "IF false THEN"),),
        patches=((sending, "_alone", _nobody_is_alone),),
    ),
    Mutant(
        "sealed_twice",
        "no payment lies in two live files",
        Bent(dedupes=True, faults={}, sizes=(1,)),
        cuts=(
            ("banking_runs", r"AND stands\.kind <> 'void'", "AND false"),
            ("banking_totals_agree", r"IS NOT DISTINCT FROM \(subject.count::numeric, subject.total_fen::numeric\)", "IS NOT NULL"),
        ),
    ),
    Mutant(
        "void_before_expiry",
        "a file of which nothing is known is void only when the bank can never take it any more",
        FORGETFUL_LATE,
        cuts=(("banking_void_unanswered", r"IF core_now\(\) <= sent\.not_after \+ banking_expiry_margin\(\) THEN", "IF false THEN"),),
        patches=((sending, "_is_past", lambda instruction: True),),
    ),
    Mutant(
        "reissue_before_closing",
        "nothing is paid again before line results equal the statement",
        CONTRARY,
        cuts=(
            ("payments_stuckpayment", r"WHEN \(?\(?request\.state\)?::text <> 'closed'::text\)? THEN 'not_closed'::text", ""),
            ("payments_stuckpayment", r"WHEN \(EXISTS \(.*?\)\)\) THEN 'exception'::text", "WHEN false THEN 'exception'::text"),
            ("payments_check_retries", "AND request.state = 'closed'", ""),
        ),
    ),
    Mutant(
        "sets_not_compared",
        "line results and statement are compared as sets before a request closes",
        CONTRARY,
        cuts=(
            ("payments_close", "IF difference_count > 0 THEN", "IF false THEN"),
            ("payments_unmatched", r"WHEN \(matched\.debit_count.*?不能关闭。'", ""),
        ),
    ),
    Mutant(
        "refund_and_reissue",
        "a failed outcome is paid again or given back, never both",
        Bent(dedupes=True, faults={Fault.FAILS: OFTEN}, sizes=(3,)),
        cuts=(("payments_stuckpayment", r"WHEN \(?claim\.outcome_id IS NOT NULL\)? THEN 'claimed'::text", ""),),
        statements=("ALTER TABLE payments_outcomeclaim DROP CONSTRAINT outcome_is_claimed_once",),
    ),
    Mutant(
        "exception_holds_nothing",
        "an answer that cannot be holds up closing until two people settled it",
        Bent(dedupes=True, faults={Fault.TWO_REFERENCES: 1, Fault.UNKNOWN_LINE: OFTEN}, sizes=(2,)),
        cuts=(("payments_close_objection", r"WHEN count\(\*\) > 0 THEN", "WHEN false THEN"),),
    ),
    Mutant(
        "paid_by_a_void_file_is_forgotten",
        "what a statement shows as paid and not returned is not paid again, whoever settled what",
        Bent(
            dedupes=False, sizes=(1,), deadly=0,
            faults={Fault.REQUEST_LOST: OFTEN, Fault.PAID_AFTER_ALL: 1, Fault.FAILS: 0.9},
        ),
        cuts=(
            ("banking_unreturned_fen", "WHERE line.end_to_end_id = told_id", "WHERE false AND line.end_to_end_id = told_id"),
            ("payments_booking", r";\s*$", " WHERE false;"),
        ),
    ),
    Mutant(
        "other_amount_is_taken",
        "an answer for another amount is no answer",
        Bent(dedupes=True, faults={Fault.AMOUNT_OFF: 1}, sizes=(3,)),
        cuts=(
            ("payments_verdicts", r"WHEN judged\.amount_fen <> judged\.own_fen THEN 'other_amount'", ""),
            (
                "payments_check_outcomes",
                r"\(payment\.request_id, payment\.amount_fen\) IS DISTINCT FROM \(fresh\.request_id, fresh\.amount_fen\)",
                "payment.request_id IS DISTINCT FROM fresh.request_id",
            ),
        ),
    ),
    Mutant(
        "other_card_is_taken",
        "what the bank credited to another card counts as nothing",
        Bent(dedupes=True, faults={Fault.OTHER_CARD: OFTEN}, sizes=(3,)),
        cuts=(("payments_verdicts", r"WHEN judged\.is_other_card THEN 'other_card'", ""),),
    ),
    Mutant(
        "other_card_closes",
        "nothing closes while a statement names another card",
        Bent(dedupes=True, faults={Fault.STATEMENT_OTHER_CARD: 1}, sizes=(2,)),
        cuts=(("banking_unsettledcard", r"WHERE \(NOT", "WHERE (false AND NOT"),),
    ),
)  # fmt: skip


def of(name: str) -> Mutant:
    """The mutant of that name."""
    return next(mutant for mutant in MUTANTS if mutant.name == name)
