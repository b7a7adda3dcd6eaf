"""What the bank reported, line by line, and what its statement says."""

from typing import Any

from django.db import models

from .requests import PaymentRequest


class ReportedLine(models.Model):
    """Staging: one line of a bank's report, already translated. UNLOGGED (migration 0002); cleared once applied.

    ``result`` is credited, failed or returned; ``action`` is what the reason asks for, e.g. fix-card;
    ``reason_words`` tells the clerk what happened and what to do.
    ``request_id`` is set where one report speaks of several requests; NULL is whatever request it is applied to.
    ``of_void``: the line speaks of an instruction that was void, which nobody may have paid. ``repeats_void``: of a file
    that took a void one's place the bank says that it had this payment already. ``card_mark``: what it says of the card
    that it paid, comparable with ours (``banking.marking``); null where it says nothing of it.
    """

    report_id = models.BigIntegerField()
    request_id = models.BigIntegerField(null=True)
    line_no = models.BigIntegerField()
    end_to_end_id = models.CharField(max_length=80)
    result = models.CharField(max_length=16)
    reason_code = models.CharField(max_length=16, default="")
    action = models.CharField(max_length=16, default="")
    reason_words = models.CharField(max_length=200, default="")
    amount_fen = models.BigIntegerField()
    bank_reference = models.CharField(max_length=80, default="")
    booked_on = models.DateField(null=True)
    of_void = models.BooleanField(default=False)
    repeats_void = models.BooleanField(default=False)
    card_mark = models.BinaryField(null=True)

    class Meta:
        managed = False
        db_table = "payments_reportedline"


class AppliedReport(models.Model):
    """That a bank's report was applied to a request, once, and what it moved: the ground of credit, fail and return.

    ``reinstatement`` is the latest that stood then: what a report told of a file that was void is applied once more when
    that file counts after all. Between ``first_booked_on`` and ``last_booked_on`` lie the bank's days of its outcomes; none
    (null) where it brought no outcome, and of what was applied before they were kept.
    """

    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="applied_reports")
    report_id = models.BigIntegerField()
    reinstatement = models.ForeignKey("payments.Reinstatement", models.PROTECT, null=True, related_name="+")
    line_count = models.BigIntegerField()
    same_count = models.BigIntegerField()
    exception_count = models.BigIntegerField()
    credited_count = models.BigIntegerField()
    credited_fen = models.BigIntegerField()
    failed_count = models.BigIntegerField()
    failed_fen = models.BigIntegerField()
    returned_count = models.BigIntegerField()
    returned_fen = models.BigIntegerField()
    first_booked_on = models.DateField(null=True)
    last_booked_on = models.DateField(null=True)
    applied_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("request", "report_id", "reinstatement"), nulls_distinct=False, name="a_report_is_applied_once"
            ),
        )


class PaymentOutcome(models.Model):
    """What became of a payment: credited or failed (sequence 1), returned after credit (sequence 2). Append-only.

    Partitioned by year (migration 0002). ``booked_on`` is the bank's day.
    """

    class Result(models.TextChoices):
        CREDITED = "credited", "已到账"
        FAILED = "failed", "发放失败"
        RETURNED = "returned", "银行退票"

    pk: Any = models.CompositePrimaryKey("fiscal_year", "id")
    fiscal_year = models.SmallIntegerField()
    id = models.BigIntegerField()
    payment_id = models.BigIntegerField()
    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="outcomes")
    applied_report = models.ForeignKey(AppliedReport, models.PROTECT, related_name="outcomes")
    sequence = models.SmallIntegerField()
    result = models.CharField(max_length=8, choices=Result)
    reason_code = models.CharField(max_length=16)
    action = models.CharField(max_length=16)
    reason_words = models.CharField(max_length=200)
    amount_fen = models.BigIntegerField()
    bank_reference = models.CharField(max_length=80)
    booked_on = models.DateField()
    reported_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "payments_paymentoutcome"


class PaymentException(models.Model):
    """An answer of the bank that cannot be: nothing was changed by it, and somebody has to look (RELIABILITY 2.4).

    A flow subject: raised → explained by the department → resolved by finance, two people. Rows are made by the
    database's ``payments_record_outcomes`` alone. ``payment_id`` is the payment it speaks of, if there is one.
    """

    class Kind(models.TextChoices):
        UNKNOWN = "unknown", "没有这笔发放"
        OTHER_REQUEST = "other_request", "是别的发放申请的"
        TWICE = "twice", "同一份回盘里出现两次"
        OTHER_AMOUNT = "other_amount", "金额不一样"
        OTHER_CARD = "other_card", "入账的卡不是指令的卡"
        OTHER_REFERENCE = "other_reference", "同一笔有两个银行流水号"
        CONTRADICTION = "contradiction", "与先前的结果矛盾"
        RETURN_WITHOUT_CREDIT = "return_without_credit", "没有到账却报退票"
        PAID_THOUGH_VOID = "paid_though_void", "作废的文件银行付了款"
        PERHAPS_PAID = "perhaps_paid", "银行说已经付过，可能是按作废的文件付的"
        UNKNOWN_RESULT = "unknown_result", "结果看不懂"

    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="exceptions")
    applied_report = models.ForeignKey(AppliedReport, models.PROTECT, related_name="exceptions")
    fiscal_year = models.SmallIntegerField(null=True)
    payment_id = models.BigIntegerField(null=True)
    kind = models.CharField("不符之处", max_length=24, choices=Kind)
    end_to_end_id = models.CharField(max_length=80)
    seen_result = models.CharField(max_length=16)
    seen_reason_code = models.CharField(max_length=16)
    seen_amount_fen = models.BigIntegerField()
    seen_bank_reference = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    state = models.CharField("状态", max_length=24, default="raised")
    version = models.IntegerField(default=0)
    digest = models.CharField(max_length=64)
    case_no = models.CharField(max_length=60)
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("fiscal_year", "payment_id"), name="exception_by_payment"),)


class StatementItem(models.Model):
    """Staging: one booking of the bank's statement for a request, as a set to compare. UNLOGGED (migration 0002)."""

    statement_id = models.BigIntegerField()
    request_id = models.BigIntegerField()
    end_to_end_id = models.CharField(max_length=80)
    amount_fen = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "payments_statementitem"


class StatementMatch(models.Model):
    """That the bank's statement debits exactly what was credited, line by line: the ground for closing a request."""

    request = models.OneToOneField(PaymentRequest, models.PROTECT, related_name="statement_match")
    statement_id = models.BigIntegerField()
    debit_count = models.BigIntegerField()
    debit_fen = models.BigIntegerField()
    matched_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
