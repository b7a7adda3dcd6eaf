"""What a department agreed to pay: accepted rosters, the batch they are frozen into, and who is due how much.

Why ``Claim`` stands beside ``Entitlement``: "nobody is due twice" is to be a UNIQUE constraint, yet a voided batch must
free its people, and entitlements are never changed. So an entitlement is a fact that stays, also after its batch is
void, and the claim is the place that can be held only once: its primary key is the very tuple (program, cycle,
beneficiary, occasion, kind), each claim points at the live entitlement, and voiding a batch gives its claims up in one
statement. Only the kernel's functions write either table; a claim of a live batch cannot be removed (trigger).
"""

from typing import Any

from django.db import models


class RosterAcceptance(models.Model):
    """The department's yes to one sealed roster, bound to the sealed digest; a flow subject (see ``states``).

    ``batch`` is the live batch that the roster stands in: one column, so a roster is in one live batch at most.
    ``digest``, ``case_no``, ``area_code``, ``agency`` and ``cycle`` are filled in by the database.
    """

    roster = models.ForeignKey("rosters.Roster", models.PROTECT, related_name="+")
    notice = models.ForeignKey("notices.PublicNotice", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("catalog.Cycle", models.PROTECT, related_name="+")
    batch = models.ForeignKey("PaymentBatch", models.PROTECT, null=True, related_name="acceptances")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("roster",), condition=models.Q(state="accepted"), name="roster_is_accepted_once"
            ),
            models.CheckConstraint(
                condition=models.Q(batch__isnull=True) | models.Q(state="accepted"),
                name="only_an_accepted_roster_is_in_a_batch",
            ),
        )


class PaymentBatch(models.Model):
    """发放批次: the frozen entitlements of accepted rosters of one cycle; count, total and digest are the database's.

    ``supersedes`` is the voided batch that this one replaces after a roster was sent back out of it.
    """

    no = models.CharField("批次号", max_length=60, unique=True)
    program = models.ForeignKey("catalog.Program", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("catalog.Cycle", models.PROTECT, related_name="+")
    fiscal_year = models.SmallIntegerField("年度")
    revision_no = models.IntegerField("版次", default=1)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    count = models.BigIntegerField("人（户）数", default=0)
    total_fen = models.BigIntegerField("金额", default=0)
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60)
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(case_no=models.F("no")), name="batch_no_is_the_case"),
            models.CheckConstraint(
                condition=models.Q(state="drafted") | models.Q(count__gt=0, total_fen__gt=0),
                name="batch_pays_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.no


class BatchRoster(models.Model):
    """One roster as it went into a batch. ``held_count``/``held_fen`` is what objections kept out. Append-only."""

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="rosters")
    roster = models.ForeignKey("rosters.Roster", models.PROTECT, related_name="+")
    acceptance = models.ForeignKey(RosterAcceptance, models.PROTECT, related_name="+")
    roster_digest = models.CharField(max_length=64)
    count = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    held_count = models.BigIntegerField()
    held_fen = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("batch", "roster"), name="roster_is_in_a_batch_once"),)


class BatchTownship(models.Model):
    """One township of a batch as it was frozen: its sealed rosters' lines beside its entitlements, in fen. Append-only.

    ``roster_fen`` is without the lines that objections kept out, so it equals ``frozen_fen`` where nothing is lost.
    Written by ``batches_write_townships``, by whatever function freezes the batch.
    """

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="townships")
    township_code = models.CharField(max_length=12)
    count = models.BigIntegerField()
    village_count = models.BigIntegerField()
    roster_count = models.BigIntegerField()
    roster_fen = models.BigIntegerField()
    frozen_fen = models.BigIntegerField()

    class Meta:
        ordering = ("batch", "township_code")
        constraints = (models.UniqueConstraint(fields=("batch", "township_code"), name="township_is_in_a_batch_once"),)


class Entitlement(models.Model):
    """补贴清单的一行: one beneficiary is due ``amount_fen``, on one card of the payee. Append-only; partitioned by year.

    The table, its partitions, keys and foreign keys are made in migration 0002.
    """

    class Kind(models.TextChoices):
        REGULAR = "regular", "正常发放"
        ARREARS = "arrears", "漏发补发"
        # Was on a list, went back to the treasury as uncorrectable and is due after all, with new funding (K3).
        LATE = "late", "更正后补发"

    pk: Any = models.CompositePrimaryKey("fiscal_year", "id")
    fiscal_year = models.SmallIntegerField()
    id = models.BigIntegerField()
    county_code = models.CharField(max_length=12)
    program_id = models.BigIntegerField()
    cycle_id = models.BigIntegerField()
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="entitlements")
    roster_id = models.BigIntegerField()
    row_key = models.CharField(max_length=40)
    line_id = models.BigIntegerField()
    beneficiary = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    payee = models.ForeignKey("registry.Person", models.PROTECT, related_name="+")
    card = models.ForeignKey("registry.Card", models.PROTECT, related_name="+")
    amount_fen = models.BigIntegerField()
    occasion = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind)
    village_code = models.CharField(max_length=12)
    township_code = models.CharField(max_length=12)

    class Meta:
        managed = False
        db_table = "batches_entitlement"


class Claim(models.Model):
    """The one place for (program, cycle, beneficiary, occasion, kind): who stands in it is due there and nowhere else."""

    pk: Any = models.CompositePrimaryKey("fiscal_year", "program_id", "cycle_id", "beneficiary_id", "occasion", "kind")
    fiscal_year = models.SmallIntegerField()
    program_id = models.BigIntegerField()
    cycle_id = models.BigIntegerField()
    beneficiary_id = models.BigIntegerField()
    occasion = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)
    entitlement_id = models.BigIntegerField()
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="claims")

    class Meta:
        managed = False
        db_table = "batches_claim"
