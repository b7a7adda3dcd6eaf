"""The payment request, on which the second finance check hangs (I10, I11), and its payments."""

from typing import Any

from django.db import models


class PaymentRequest(models.Model):
    """发放申请: who is to be paid in one instruction. Rows are made by the database's own ``payments_file`` alone.

    ``digest`` covers the batch's digest and every payment; ``mode`` is copied from the cycle: who releases (I3, I4). One
    of kind accepted sends nothing: the bank has paid it already, and two people say so (C19).
    """

    class Kind(models.TextChoices):
        FIRST = "first", "首次发放"
        REISSUE = "reissue", "重新发放"
        ACCEPTED = "accepted", "认作已发放"

    class Mode(models.TextChoices):
        DEPARTMENT = "department", "主管部门发放"
        FINANCE = "finance", "财政部门发放"

    no = models.CharField("申请编号", max_length=80, unique=True)
    batch = models.ForeignKey("batches.PaymentBatch", models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=8, choices=Kind)
    mode = models.CharField("发放方式", max_length=10, choices=Mode)
    fiscal_year = models.SmallIntegerField("年度")
    count = models.BigIntegerField("笔数")
    total_fen = models.BigIntegerField("金额")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60)
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(count__gt=0, total_fen__gt=0), name="request_pays_somebody"),
            models.CheckConstraint(
                condition=models.Q(kind__in=("first", "reissue", "accepted")), name="request_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(mode__in=("department", "finance")), name="request_mode_is_known"
            ),
            models.UniqueConstraint(
                fields=("batch",), condition=models.Q(kind="first"), name="a_batch_is_requested_once"
            ),
        )

    def __str__(self) -> str:
        return self.no


class Payment(models.Model):
    """发放明细: one attempt to pay one entitlement onto one card of its payee. Append-only; partitioned by year.

    The table, its partitions, keys and foreign keys are made in migration 0002. ``retries_outcome_id`` is the
    failed or returned outcome that a second or later attempt makes good (UNIQUE).
    """

    pk: Any = models.CompositePrimaryKey("fiscal_year", "id")
    fiscal_year = models.SmallIntegerField()
    id = models.BigIntegerField()
    county_code = models.CharField(max_length=12)
    entitlement_id = models.BigIntegerField()
    attempt = models.SmallIntegerField()
    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="payments")
    payee = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    card = models.ForeignKey("registry.Card", models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()
    end_to_end_id = models.CharField(max_length=35)
    retries_outcome_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "payments_payment"
