"""Where a batch's money comes from: allotments, the cash plan for an approved batch, the drawdown (I5–I9, I13, I14)."""

from django.db import models


class Allotment(models.Model):
    """预算指标: an amount a budget document gives to one program of one county for one fiscal year.

    ``digest`` is computed by the database over what the document says, so both officials sign the same figures.
    """

    class Source(models.TextChoices):
        CENTRAL = "central", "中央"
        PROVINCIAL = "provincial", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"

    program = models.ForeignKey("catalog.Program", models.PROTECT, related_name="+")
    fiscal_year = models.SmallIntegerField("年度")
    source = models.CharField("资金来源", max_length=12, choices=Source)
    document_no = models.CharField("指标文号", max_length=80)
    amount_fen = models.BigIntegerField("金额")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="allotment_is_positive"),
            models.CheckConstraint(condition=~models.Q(document_no=""), name="allotment_names_its_document"),
            models.CheckConstraint(
                condition=models.Q(source__in=("central", "provincial", "city", "county")),
                name="allotment_source_is_known",
            ),
            models.UniqueConstraint(
                fields=("program", "fiscal_year", "area_code", "source", "document_no"),
                condition=models.Q(state__in=("recorded", "confirmed")),
                name="a_document_allots_once",
            ),
        )


class CashPlan(models.Model):
    """用款计划: the department's application for the money of one approved batch (I5–I7).

    ``digest``, ``case_no``, ``area_code`` and ``agency`` are the batch's, filled in by the database. A plan that was
    sent back stays as it was; the department applies again with another row.
    """

    batch = models.ForeignKey("batches.PaymentBatch", models.PROTECT, related_name="+")
    declared_fen = models.BigIntegerField("申报金额")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(declared_fen__gt=0), name="plan_declares_something"),
            models.UniqueConstraint(
                fields=("batch",),
                condition=models.Q(state__in=("applied", "verified", "approved")),
                name="one_live_plan_a_batch",
            ),
        )

    @property
    def no(self) -> str:
        """The plan's number: the batch's with the plan's own."""
        return f"{self.case_no}-J{self.pk}"


class Drawdown(models.Model):
    """拨付: the planned money goes to the department's zero-balance account, the only destination there is (I9, I14).

    ``amount_fen`` and the flow columns but the voucher are the plan's, filled in by the database.
    """

    cash_plan = models.ForeignKey(CashPlan, models.PROTECT, related_name="drawdowns")
    voucher_no = models.CharField("支付凭证号", max_length=60)
    amount_fen = models.BigIntegerField("金额")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="drawdown_is_positive"),
            models.CheckConstraint(condition=~models.Q(voucher_no=""), name="drawdown_names_its_voucher"),
            models.UniqueConstraint(
                fields=("cash_plan",), condition=models.Q(state="made"), name="a_plan_is_drawn_once"
            ),
            models.UniqueConstraint(
                fields=("area_code", "voucher_no"), condition=models.Q(state="made"), name="a_voucher_is_used_once"
            ),
        )
