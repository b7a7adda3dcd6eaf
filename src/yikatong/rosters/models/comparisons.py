"""与上期差异 of long rosters: compared in the background, and kept."""

from django.db import models

from .roster import Roster


class CycleComparison(models.Model):
    """That one round of a roster was compared with what the cycle before paid. Append-only.

    Written by ``rosters_compare`` with its differences; another round of either is another comparison.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="comparisons")
    round_no = models.IntegerField()
    previous = models.ForeignKey(Roster, models.PROTECT, related_name="+")
    previous_round_no = models.IntegerField()
    compared_by = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    compared_at = models.DateTimeField("比对时间")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("roster", "round_no", "previous", "previous_round_no"), name="rounds_are_compared_once"
            ),
        )


class CycleDifference(models.Model):
    """How many people of a comparison are new, gone, changed, on another card or the same, in fen. Append-only."""

    comparison = models.ForeignKey(CycleComparison, models.PROTECT, related_name="differences")
    kind = models.CharField("变化", max_length=8)
    count = models.BigIntegerField("人数")
    before_fen = models.BigIntegerField("上期金额")
    after_fen = models.BigIntegerField("这期金额")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("comparison", "kind"), name="difference_is_counted_once"),)


class ChangedPerson(models.Model):
    """One of the people of a kind of difference whose money changed most; ``place`` 1 is the greatest. Append-only.

    As many of a kind as pages show; a file of the whole list is made from the lines themselves. ``match_id`` is of the later
    roster where the person stands in it. Quantities in millionths.
    """

    comparison = models.ForeignKey(CycleComparison, models.PROTECT, related_name="people")
    kind = models.CharField("变化", max_length=8)
    place = models.IntegerField()
    beneficiary_id = models.BigIntegerField()
    match_id = models.BigIntegerField()
    before_quantity = models.BigIntegerField("上期数量", null=True)
    after_quantity = models.BigIntegerField("这期数量", null=True)
    before_fen = models.BigIntegerField("上期金额", null=True)
    after_fen = models.BigIntegerField("这期金额", null=True)
    card_changed = models.BooleanField("换了卡")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("comparison", "kind", "place"), name="changed_in_one_place"),)
