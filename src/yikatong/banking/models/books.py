"""What the four books of a day add up to, counted once from rows that never change, and the lines of a difference."""

from django.db import models

from .instructions import PaymentInstruction
from .reports import BankStatement, Break


class ReportedTotal(models.Model):
    """回盘合计: what one applied report says of one instruction file on one day of the bank.

    Counted once by ``banking_tally``; ``verify`` holds it against the report. ``total_fen`` is as the bank reported it,
    ``line_fen`` the same payments as we ordered them. ``instruction`` is NULL where no live file has the payment.
    """

    applied_report = models.ForeignKey("payments.AppliedReport", models.PROTECT, related_name="+")
    instruction = models.ForeignKey(PaymentInstruction, models.PROTECT, null=True, related_name="+")
    agreement = models.ForeignKey("banking.ServiceAgreement", models.PROTECT, null=True, related_name="+")
    result = models.CharField("结果", max_length=8)
    action = models.CharField("原因要求", max_length=16)
    booked_on = models.DateField("入账日")
    count = models.BigIntegerField("笔数")
    total_fen = models.BigIntegerField("金额")
    line_fen = models.BigIntegerField("明细金额")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("applied_report", "instruction", "result", "action", "booked_on"),
                name="reported_total_stands_once",
                nulls_distinct=False,
            ),
        )
        indexes = (models.Index(fields=("agreement", "booked_on"), name="reported_total_by_day"),)


class BookedTotal(models.Model):
    """对账单合计: what one bank statement books for one instruction file. Counted once by ``banking_tally``.

    ``kind`` is payment or return; other_debit and other_credit are bookings that name no payment of ours.
    """

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="+")
    instruction = models.ForeignKey(PaymentInstruction, models.PROTECT, null=True, related_name="+")
    kind = models.CharField("收付", max_length=12)
    count = models.BigIntegerField("笔数")
    total_fen = models.BigIntegerField("金额")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("statement", "instruction", "kind"), name="booked_total_stands_once", nulls_distinct=False
            ),
        )


class BreakLine(models.Model):
    """差异明细: one line of a difference as it was found. Append-only; written by the database alone."""

    difference = models.ForeignKey(Break, models.PROTECT, related_name="lines")
    line_no = models.BigIntegerField()
    end_to_end_id = models.CharField("款项编号", max_length=80)
    expected_fen = models.BigIntegerField("系统金额")
    found_fen = models.BigIntegerField("银行金额")

    class Meta:
        ordering = ("difference_id", "line_no")
        constraints = (models.UniqueConstraint(fields=("difference", "line_no"), name="break_line_stands_once"),)
