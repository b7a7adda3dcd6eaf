"""What the ways back show in the inbox, before and after the day it is due."""

from datetime import date, datetime
from itertools import groupby

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem

from . import queries_back as queries
from . import rules, words
from .models import RecoveryReceipt


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """Demands to approve and to chase, receipts to confirm and to give back, people to pay after all, a month to end."""
    today = at.date()
    found: list[InboxItem] = []
    if actor.may(P.REFUND_APPROVE):
        found += [*_demands_to_approve(actor), *_receipts_to_confirm(actor)]
    if actor.may(P.REFUND_PREPARE):
        found += [*_demands_to_chase(actor, today), *_receipts_to_give_back(actor)]
    if actor.may(P.BATCH_ASSEMBLE):
        found += _owed(actor)
    return [*found, *_month_ends(actor, today)]


def _demands_to_approve(actor: Actor) -> list[InboxItem]:
    return [
        InboxItem(
            title=words.RECOVERY_TITLE.format(program=one.batch.program.name, no=one.no),
            url=reverse("payments:recovery", args=[one.no]),
            kind=words.KIND_RECOVERY,
            what_to_do=words.DO_APPROVE,
            due_on=one.due_on,
            count=1,
            total_fen=one.amount_fen,
            together="recovery.approve",
            key=one.pk,
        )
        for one in queries.recoveries_for(actor).filter(state="prepared")
    ]


def _receipts_to_confirm(actor: Actor) -> list[InboxItem]:
    seen = queries.recoveries_for(actor).filter(state="approved")
    receipts = RecoveryReceipt.objects.filter(recovery__in=seen, state="recorded")
    return [
        InboxItem(
            title=words.RECEIPT_TITLE.format(
                program=one.recovery.batch.program.name, no=one.recovery.no, voucher=one.voucher_no
            ),
            url=reverse("payments:recovery", args=[one.recovery.no]),
            kind=words.KIND_RECOVERY,
            what_to_do=words.DO_CONFIRM,
            due_on=rules.refund_due_on(rules.RefundCause.NOT_ENTITLED, one.received_on),
            count=1,
            total_fen=one.amount_fen,
            together="recovery_receipt.confirm",
            key=one.pk,
        )
        for one in receipts.select_related("recovery__batch__program")
    ]


def _demands_to_chase(actor: Actor, today: date) -> list[InboxItem]:
    rows = queries.recovery_rows(queries.recoveries_for(actor).filter(state="approved"), today)
    return [
        InboxItem(
            title=words.RECOVERY_TITLE.format(program=row["program_name"], no=row["no"]),
            url=reverse("payments:recovery", args=[row["no"]]),
            kind=words.KIND_RECOVERY,
            what_to_do=words.DO_CHASE,
            due_on=row["due_on"],
            count=1,
            total_fen=row["left_fen"],
        )
        for row in rows
        if row["left_fen"]
    ]


def _receipts_to_give_back(actor: Actor) -> list[InboxItem]:
    held = sorted(queries.receipts_held_for(actor), key=lambda row: row["case_no"])
    items = []
    for case_no, group in groupby(held, key=lambda row: row["case_no"]):
        those = list(group)
        items.append(
            InboxItem(
                title=words.RECEIPTS_TITLE.format(no=case_no, count=len(those)),
                url=reverse("payments:give-back", args=[case_no]),
                kind=words.KIND_RECOVERY,
                what_to_do=words.DO_GIVE_BACK,
                due_on=min(row["due_on"] for row in those),
                count=len(those),
                total_fen=sum(row["amount_fen"] for row in those),
            )
        )
    return items


def _owed(actor: Actor) -> list[InboxItem]:
    ready = sorted((row for row in queries.owed_for(actor) if not row["obstacle"]), key=lambda row: row["program_name"])
    items = []
    for program, group in groupby(ready, key=lambda row: row["program_name"]):
        those = list(group)
        items.append(
            InboxItem(
                title=words.OWED_TITLE.format(program=program, count=len(those)),
                url=reverse("payments:owed"),
                kind=words.KIND_OWED,
                what_to_do=words.DO_PAY_LATE,
                count=len(those),
                total_fen=sum(row["amount_fen"] for row in those),
            )
        )
    return items


def _month_ends(actor: Actor, today: date) -> list[InboxItem]:
    items = []
    if actor.may(P.MONTH_END_PREPARE) and (month := queries.month_to_end(actor, today)):
        items.append(_month_end(*month, words.DO_MONTH_END, reverse("payments:month-ends")))
    if actor.may(P.MONTH_END_SIGN):
        items += [
            _month_end(one.year, one.month, words.DO_SIGN, reverse("payments:month-end", args=[one.pk]))
            for one in queries.month_ends_for(actor).filter(state="prepared")
        ]
    return items


def _month_end(year: int, month: int, what_to_do: str, url: str) -> InboxItem:
    return InboxItem(
        title=words.MONTH_END_TITLE.format(year=year, month=month),
        url=url,
        kind=words.KIND_MONTH_END,
        what_to_do=what_to_do,
        due_on=rules.month_end_due_on(year, month),
    )
