"""The places where money can be, and the transfers between them."""

from django.db import models


class Account(models.Model):
    """A place where money can be, for one program, county and fiscal year, and from planning on for one batch.

    There is no kind for an agency's ordinary account (实有账户): money cannot be sent where no account can exist (I14).
    """

    class Kind(models.TextChoices):
        SOURCE = "source", "指标来源"
        AVAILABLE = "available", "可用指标"
        PLANNED = "planned", "已批用款计划"
        DRAWN = "drawn", "零余额账户"
        IN_TRANSIT = "in_transit", "银行在途"
        CREDITED = "credited", "已到卡"
        SUSPENSE = "suspense", "待处理"
        TREASURY = "treasury", "已退国库"

    kind = models.CharField("账户", max_length=12, choices=Kind)
    program_code = models.CharField(max_length=16)
    county_code = models.CharField(max_length=12)
    fiscal_year = models.SmallIntegerField()
    case_no = models.CharField(max_length=60)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("program_code", "county_code", "fiscal_year", "case_no", "kind"), name="account_exists_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=(
                        "source",
                        "available",
                        "planned",
                        "drawn",
                        "in_transit",
                        "credited",
                        "suspense",
                        "treasury",
                    )
                ),
                name="no_account_outside_the_chain",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=("source", "available"), case_no="")
                | (~models.Q(kind__in=("source", "available")) & ~models.Q(case_no="")),
                name="planned_money_belongs_to_a_batch",
            ),
        )


class Balance(models.Model):
    """What has gone into and out of an account; recomputed from the transfers by ``verify``."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True)
    in_fen = models.BigIntegerField(default=0)
    out_fen = models.BigIntegerField(default=0)
    may_overdraw = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(may_overdraw=True) | models.Q(in_fen__gte=models.F("out_fen")),
                name="balance_is_never_negative",
            ),
            models.CheckConstraint(condition=models.Q(in_fen__gte=0, out_fen__gte=0), name="balance_sides_only_grow"),
        )


class TransferRule(models.Model):
    """Which way a kind of transfer goes, and the database function that vouches for it (its ground)."""

    kind = models.CharField(max_length=16, primary_key=True)
    source_kind = models.CharField(max_length=12)
    destination_kind = models.CharField(max_length=12)
    ground = models.CharField(max_length=63)


class Transfer(models.Model):
    """A movement of whole fen from one account to another; append-only, made once per business fact."""

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=16)
    source = models.ForeignKey(Account, models.PROTECT, related_name="+")
    destination = models.ForeignKey(Account, models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()
    ground_id = models.BigIntegerField()
    event_id = models.BigIntegerField()
    business_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(condition=~models.Q(source=models.F("destination")), name="transfer_goes_somewhere"),
        )
