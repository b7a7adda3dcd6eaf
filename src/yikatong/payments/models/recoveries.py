"""Money wrongly paid that is demanded back (K5), and what came in on the demand."""

from django.db import models


class Recovery(models.Model):
    """错发追回: ``amount_fen`` of one credited payment is demanded back. Rows are made by ``payments_prepare_recovery``.

    「对于问题资金及时清退、追缴」. How much has come back is told by the confirmed receipts, never by a state.
    ``demanded_on`` is the day of the written demand, ``due_on`` the last day it gives.
    """

    class Cause(models.TextChoices):
        DECEASED = "deceased", "死亡冒领"
        DUPLICATE = "duplicate", "重复领取"
        NOT_ENTITLED = "not_entitled", "不符合领取条件"
        WRONG_AMOUNT = "wrong_amount", "金额发错"

    no = models.CharField("追缴编号", max_length=80, unique=True)
    batch = models.ForeignKey("batches.PaymentBatch", models.PROTECT, related_name="+")
    fiscal_year = models.SmallIntegerField("年度")
    payment_id = models.BigIntegerField()
    cause = models.CharField("原因", max_length=16, choices=Cause)
    amount_fen = models.BigIntegerField("应追回")
    demanded_on = models.DateField("追缴通知日")
    due_on = models.DateField("限期")
    reason = models.CharField("依据", max_length=500)
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60)
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("fiscal_year", "payment_id"), name="recovery_by_payment"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="recovery_demands_something"),
            models.CheckConstraint(
                condition=models.Q(cause__in=("deceased", "duplicate", "not_entitled", "wrong_amount")),
                name="recovery_cause_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("demanded_on")), name="recovery_gives_its_debtor_time"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="recovery_says_why"),
        )

    def __str__(self) -> str:
        return self.no


class RecoveryReceipt(models.Model):
    """追缴收款: one payment in on a recovery, by its voucher; once finance confirms it the money lies in suspense."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="receipts")
    amount_fen = models.BigIntegerField("收回金额")
    voucher_no = models.CharField("收款凭证号", max_length=60)
    received_on = models.DateField("收款日")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60)
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="receipt_brings_something"),
            models.CheckConstraint(condition=~models.Q(voucher_no=""), name="receipt_names_its_voucher"),
            models.UniqueConstraint(
                fields=("area_code", "voucher_no"),
                condition=models.Q(state__in=("recorded", "confirmed")),
                name="a_voucher_brings_money_once",
            ),
        )
