"""A void file that was the one the bank paid after all: the only way by which what it paid becomes a result."""

from django.db import models

from .requests import PaymentRequest


class Reinstatement(models.Model):
    """作废文件重新算数: of this run of a request's payments the void file counts, and the one that took its place is void.

    Exceptions up to ``last_exception_id`` that speak of the run as paid though void, or as paid already, are settled by
    it. ``ground`` names what two people decided. Written by ``payments_reinstate`` alone; append-only.
    """

    request = models.ForeignKey(PaymentRequest, models.PROTECT, related_name="reinstatements")
    first_payment_id = models.BigIntegerField()
    last_payment_id = models.BigIntegerField()
    last_exception_id = models.BigIntegerField()
    ground = models.CharField(max_length=40, unique=True)
    decided_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
