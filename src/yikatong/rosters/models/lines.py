"""The lines of a roster and what is wrong with them."""

from django.db import models

from .roster import Roster

AMOUNT_FEN_MAX = 10_000_000_000


class RosterLine(models.Model):
    """One row of the clerk's table as it was read, or as it was corrected: the latest revision of a row key counts.
    Revision 1 is the row as its file has it; a row that was read with a correction on it begins with revision 2.

    Append-only. ``cells_sealed`` holds the row's cells as the clerk wrote them (JSON, see ``cells``), sealed by the vault
    to this row's id: the only place where its numbers stand. ``quantity_micro`` is in millionths.
    ``content_index`` is a keyed hash of the line and its problems: a check that finds the same again appends nothing.
    """

    class Standing(models.TextChoices):
        OK = "ok", "没有问题"
        ERROR = "error", "要改"
        DROPPED = "dropped", "已剔除"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="lines", db_index=False, db_constraint=False)
    reading_no = models.IntegerField()
    row_key = models.CharField(max_length=40)
    revision = models.IntegerField(default=1)
    sheet = models.CharField("工作表", max_length=120)
    row_no = models.IntegerField("行号")
    cells_sealed = models.BinaryField()
    name = models.CharField("姓名", max_length=120)
    id_index = models.BinaryField(null=True)
    card_index = models.BinaryField(null=True)
    village_code = models.CharField("村", max_length=12, null=True)
    group_no = models.CharField("组", max_length=40)
    quantity_micro = models.BigIntegerField("数量", null=True)
    rate_fen = models.BigIntegerField("标准", null=True)
    amount_fen = models.BigIntegerField("金额", null=True)
    occasion = models.CharField("机具／次", max_length=60)
    standing = models.CharField(max_length=8, choices=Standing)
    reason = models.TextField("理由", default="")
    content_index = models.BinaryField()
    written_by = models.ForeignKey(
        "core.Official", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("roster", "row_key", "revision")
        indexes = (
            models.Index(fields=("id_index",), name="roster_line_by_person"),
            # Whether a row has been corrected is asked of every row, and few have.
            models.Index(
                fields=("roster", "row_key", "revision"),
                condition=models.Q(revision__gt=1),
                name="roster_line_corrected",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("roster", "row_key", "revision"), name="line_revision_is_written_once"),
            models.CheckConstraint(
                condition=~models.Q(standing="ok")
                | models.Q(
                    id_index__isnull=False, amount_fen__isnull=False, amount_fen__gt=0, amount_fen__lte=AMOUNT_FEN_MAX
                ),
                name="ok_line_has_person_and_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(quantity_micro__isnull=True) | models.Q(quantity_micro__gte=0),
                name="line_quantity_is_not_negative",
            ),
            models.CheckConstraint(
                condition=~models.Q(standing="dropped") | models.Q(reason__regex=r"\S"),
                name="line_is_dropped_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(standing__in=("ok", "error", "dropped")), name="line_standing_is_known"
            ),
        )


class RosterProblem(models.Model):
    """What is wrong at one cell, row or file, and how to mend it. Append-only.

    A row's problem stands while its ``revision`` is the row's latest; a file's problem (no row key) while its
    ``check_no`` is the roster's latest. ``seen_sealed`` is what stood there, sealed: it may quote a number.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="problems", db_index=False)
    reading_no = models.IntegerField()
    check_no = models.IntegerField()
    row_key = models.CharField(max_length=40, null=True)
    revision = models.IntegerField(null=True)
    sheet = models.CharField(max_length=120, default="")
    row_no = models.IntegerField(null=True)
    column = models.CharField(max_length=4, default="")
    kind = models.CharField(max_length=24)
    severity = models.CharField(max_length=8)
    seen_sealed = models.BinaryField(null=True)
    note = models.TextField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("roster", "row_key"), name="problem_by_row"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(severity__in=("error", "warning", "fixed")), name="problem_severity_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(row_key__isnull=True, revision__isnull=True)
                | models.Q(row_key__isnull=False, revision__isnull=False),
                name="row_problem_names_its_revision",
            ),
        )
