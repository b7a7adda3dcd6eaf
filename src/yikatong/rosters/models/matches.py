"""Who the lines' people are and which card their money goes to."""

from django.db import models

from .lines import RosterLine
from .roster import Roster


class MatchRound(models.Model):
    """One comparison of all lines in order with the register and the card file (C7, C10). Append-only."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="rounds")
    round_no = models.IntegerField("第几次比对")
    matched_by = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    matched_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("roster", "round_no"), name="round_is_numbered_once"),)


class LineMatch(models.Model):
    """What one round found for one line, with all that the line claims: the row as it would be paid. Append-only.

    The latest round counts. The claim is copied from the line (neither ever changes), so that digests, notices and
    batches read one table. ``card`` belongs to ``payee``; that and the other references are held by the set (triggers
    made in ``sql/install``), not row by row. ``village_code`` is the line's village, else the beneficiary's at that
    moment. ``quantity_micro`` is in millionths.
    """

    class Result(models.TextChoices):
        MATCHED = "matched", "有卡可发"
        NO_PERSON = "no_person", "人员库里没有此人"
        NO_PAYEE = "no_payee", "本户没有登记户主"
        NO_CARD = "no_card", "没有社保卡"
        CARD_INACTIVE = "card_inactive", "社保卡不能用"
        ALREADY_CLAIMED = "already_claimed", "本期已在别的花名册"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="matches", db_index=False, db_constraint=False)
    round_no = models.IntegerField()
    row_key = models.CharField(max_length=40)
    revision = models.IntegerField()
    line = models.ForeignKey(RosterLine, models.PROTECT, related_name="matches", db_index=False, db_constraint=False)
    beneficiary = models.ForeignKey(
        "registry.Person", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    payee = models.ForeignKey(
        "registry.Person", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    card = models.ForeignKey(
        "registry.Card", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    name = models.CharField("姓名", max_length=120)
    group_no = models.CharField("组", max_length=40)
    quantity_micro = models.BigIntegerField("数量", null=True)
    rate_fen = models.BigIntegerField("标准", null=True)
    amount_fen = models.BigIntegerField("金额")
    occasion = models.CharField("机具／次", max_length=60)
    village_code = models.CharField(max_length=12, null=True)
    result = models.CharField(max_length=16, choices=Result)

    class Meta:
        ordering = ("id",)
        indexes = (
            # Whose money waits for a card: few of a roster, or none.
            models.Index(fields=("roster", "round_no"), condition=~models.Q(result="matched"), name="line_not_matched"),
        )
        constraints = (
            models.UniqueConstraint(fields=("roster", "round_no", "row_key"), name="line_is_matched_once_a_round"),
            models.CheckConstraint(
                condition=~models.Q(result="matched")
                | models.Q(beneficiary__isnull=False, payee__isnull=False, card__isnull=False),
                name="matched_line_has_person_payee_and_card",
            ),
        )


class MatchTotal(models.Model):
    """What one round found, added up by result and village ('': neither line nor person has one). Append-only.

    Matches of one village lie between ``first_match_id`` and ``last_match_id``, and where a file goes village by village
    nobody else's do. Written by ``rosters_write_totals`` in the transaction of the round. In fen.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="match_totals")
    round_no = models.IntegerField()
    result = models.CharField(max_length=16)
    village_code = models.CharField(max_length=12)
    count = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    first_match_id = models.BigIntegerField()
    last_match_id = models.BigIntegerField()

    class Meta:
        ordering = ("roster", "round_no", "result", "village_code")
        constraints = (
            models.UniqueConstraint(
                fields=("roster", "round_no", "result", "village_code"), name="result_is_totaled_once_a_round"
            ),
        )
