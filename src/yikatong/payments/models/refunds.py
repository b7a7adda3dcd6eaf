"""Money that goes back to the treasury, by cause (K2, K4), and who holds a failed outcome for what."""

from typing import Any

from django.db import models

from .recoveries import RecoveryReceipt
from .requests import PaymentRequest


class Refund(models.Model):
    """退回财政: money in suspense goes back to the treasury. Rows are made by ``payments_prepare_refund`` alone.

    「因重复领取、死亡冒领等…按月清零」: not entitled is due by the end of the month of the failure; what cannot be
    corrected this year, by the end of the fiscal year.
    """

    class Cause(models.TextChoices):
        NOT_ENTITLED = "not_entitled", "不符合领取条件"
        UNCORRECTABLE = "uncorrectable", "当年无法纠错"

    no = models.CharField("退回编号", max_length=80, unique=True)
    batch = models.ForeignKey("batches.PaymentBatch", models.PROTECT, related_name="+")
    cause = models.CharField("原因", max_length=16, choices=Cause)
    due_on = models.DateField("应退回日")
    voucher_no = models.CharField("缴款书号", max_length=60)
    fiscal_year = models.SmallIntegerField("年度")
    count = models.BigIntegerField("笔数")
    total_fen = models.BigIntegerField("金额")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64)
    case_no = models.CharField(max_length=60)
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(count__gt=0, total_fen__gt=0), name="refund_returns_something"),
            models.CheckConstraint(
                condition=models.Q(cause__in=("not_entitled", "uncorrectable")), name="refund_cause_is_known"
            ),
            models.CheckConstraint(condition=~models.Q(voucher_no=""), name="refund_names_its_voucher"),
        )

    def __str__(self) -> str:
        return self.no


class RefundLine(models.Model):
    """One failed or returned payment, or one recovery receipt, whose money goes back. Append-only."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="lines")
    fiscal_year = models.SmallIntegerField()
    outcome_id = models.BigIntegerField(null=True)
    receipt = models.ForeignKey(RecoveryReceipt, models.PROTECT, null=True, related_name="+")
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("refund", "fiscal_year", "outcome_id"), name="refund_line_stands_once"),
            models.UniqueConstraint(fields=("refund", "receipt"), name="refund_receipt_stands_once"),
            models.CheckConstraint(
                condition=models.Q(outcome_id__isnull=True, receipt__isnull=False)
                | models.Q(outcome_id__isnull=False, receipt__isnull=True),
                name="refund_line_is_of_one_thing",
            ),
        )


class OutcomeClaim(models.Model):
    """The one place for what happens to a failed or returned outcome: reissued or refunded, never both.

    A lock, not a fact: a refund that was sent back gives its claims up. The primary key is the outcome itself.
    Made in migration 0002.
    """

    pk: Any = models.CompositePrimaryKey("fiscal_year", "outcome_id")
    fiscal_year = models.SmallIntegerField()
    outcome_id = models.BigIntegerField()
    request = models.ForeignKey(PaymentRequest, models.PROTECT, null=True, related_name="+")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="+")

    class Meta:
        managed = False
        db_table = "payments_outcomeclaim"
