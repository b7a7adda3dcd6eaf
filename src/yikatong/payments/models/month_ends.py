"""月末: each fen in suspense at the end of a month with its owner and its reason, signed by two of the finance bureau."""

from django.db import models


class MonthEnd(models.Model):
    """月末待处理资金表 of one county and month, as the ledger stood at the month's last moment. Zero is a table, too.

    Made by ``payments_prepare_month_end`` with its lines; ``digest`` covers both. Later transfers do not change it.
    """

    area_code = models.CharField("行政区划", max_length=12)
    year = models.SmallIntegerField("年")
    month = models.SmallIntegerField("月")
    count = models.BigIntegerField("笔数")
    total_fen = models.BigIntegerField("金额")
    ledger_fen = models.BigIntegerField("资金账余额")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-year", "-month", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(month__gte=1, month__lte=12), name="month_is_a_month"),
            models.CheckConstraint(
                condition=models.Q(total_fen=models.F("ledger_fen")), name="month_end_equals_the_ledger"
            ),
            models.CheckConstraint(
                condition=models.Q(count=0, total_fen=0) | models.Q(count__gt=0, total_fen__gt=0),
                name="month_end_counts_what_it_sums",
            ),
            models.UniqueConstraint(
                fields=("area_code", "year", "month"),
                condition=~models.Q(state="sent_back"),
                name="a_month_ends_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


class MonthEndLine(models.Model):
    """One failed or returned payment, or one receipt, in suspense at the end of the month. Append-only.

    ``source`` is outcome or receipt, ``subject_id`` its id. ``official`` filed the request or recorded the receipt;
    ``reason`` is why it is still there, in ``words.REASONS``.
    """

    month_end = models.ForeignKey(MonthEnd, models.PROTECT, related_name="lines")
    source = models.CharField(max_length=8)
    fiscal_year = models.SmallIntegerField()
    subject_id = models.BigIntegerField()
    batch = models.ForeignKey("batches.PaymentBatch", models.PROTECT, related_name="+")
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")
    official = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    cause = models.CharField(max_length=16)
    reason = models.CharField(max_length=16)
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("month_end", "source", "fiscal_year", "subject_id"), name="a_fen_is_listed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=("outcome", "receipt")), name="month_end_source_is_known"
            ),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="month_end_lines_hold_money"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="each_fen_has_a_reason"),
        )
