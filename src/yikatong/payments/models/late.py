"""Money that went back to the treasury as uncorrectable and is paid after all, with new funding (K3)."""

from typing import Any

from django.db import models


class LateLine(models.Model):
    """更正后补发: the entitlement ``late_year``/``entitlement_id`` pays the refunded outcome ``fiscal_year``/``outcome_id``.

    「数据更正后，及时按程序补发」. Written by ``payments_assemble_late`` alone; stays when its batch is void. Append-only.
    """

    batch = models.ForeignKey("batches.PaymentBatch", models.PROTECT, related_name="+")
    late_year = models.SmallIntegerField()
    entitlement_id = models.BigIntegerField()
    fiscal_year = models.SmallIntegerField()
    outcome_id = models.BigIntegerField()
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("late_year", "entitlement_id"), name="a_late_entitlement_pays_one_line"),
            models.UniqueConstraint(
                fields=("batch", "fiscal_year", "outcome_id"), name="a_refunded_line_is_in_a_batch_once"
            ),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="late_line_pays_something"),
        )


class LateClaim(models.Model):
    """The one place for who pays a refunded outcome after all: a batch. Given up only when that batch becomes void."""

    pk: Any = models.CompositePrimaryKey("fiscal_year", "outcome_id")
    fiscal_year = models.SmallIntegerField()
    outcome_id = models.BigIntegerField()
    batch = models.ForeignKey("batches.PaymentBatch", models.PROTECT, related_name="+")
