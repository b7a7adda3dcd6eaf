"""The roster and the few rows that say how it was read, checked and confirmed."""

from django.db import models


class Roster(models.Model):
    """花名册: one program, one cycle, one place (a township, or the county).

    ``count``, ``total_fen`` and ``digest`` are the database's own, frozen when the township completes the roster; the
    application's role has no UPDATE on this table.
    """

    no = models.CharField("花名册编号", max_length=60, unique=True)
    program = models.ForeignKey("catalog.Program", models.PROTECT, related_name="+")
    cycle = models.ForeignKey("catalog.Cycle", models.PROTECT, related_name="+")
    count = models.BigIntegerField("可发行数", default=0)
    total_fen = models.BigIntegerField("可发金额", default=0)
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60)
    area_code = models.CharField("地方", max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("cycle", "area_code"), name="roster_by_cycle"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(case_no=models.F("no")), name="roster_no_is_its_case"),
            models.CheckConstraint(
                condition=~models.Q(state="completed")
                | models.Q(count__gt=0, total_fen__gt=0, digest__regex=r"^[0-9a-f]{64}$"),
                name="completed_roster_is_frozen",
            ),
        )

    def __str__(self) -> str:
        return self.no


class RosterReading(models.Model):
    """One reading of one file under one header mapping. The latest reading is what the roster holds. Append-only.

    ``mapping`` is what was used, as a list of sheets with their columns (see ``rosters.reading_frames``);
    ``override`` is what the clerk corrected, null when the headers were understood by themselves. ``rows_index`` is a
    keyed hash of the rows whatever their order: the same list sent twice is recognized by it.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="readings")
    reading_no = models.IntegerField("第几次读取")
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    mapping = models.JSONField("列对应")
    override = models.JSONField("人工改过的列对应", null=True)
    rows_index = models.BinaryField()
    declared_total_fen = models.BigIntegerField("表上合计", null=True)
    read_by = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    read_at = models.DateTimeField("读取时间")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("roster", "reading_no"), name="reading_is_numbered_once"),)


class ReadingComparison(models.Model):
    """How a reading differs from the one before it, and what of the clerk's corrections went on. Append-only.

    Rows: ``same_count``, ``changed_count``, ``added_count``, ``gone_count``. Errors, each kind once a row:
    ``mended_count`` are gone, ``found_count`` are new. ``carried_count`` rows keep what was corrected in place.
    ``overruled``: cells of which the new file says something else, as {row_key, field, line}; "" for a dropped row.
    """

    reading = models.OneToOneField(RosterReading, models.PROTECT, related_name="comparison")
    same_count = models.IntegerField("没动的行")
    changed_count = models.IntegerField("改了的行")
    added_count = models.IntegerField("新增的行")
    gone_count = models.IntegerField("少了的行")
    mended_count = models.IntegerField("改好的问题")
    found_count = models.IntegerField("新发现的问题")
    carried_count = models.IntegerField("沿用网页上改的行")
    overruled = models.JSONField("按新表算的格子")
    overruled_count = models.IntegerField("按新表算的处数")

    class Meta:
        ordering = ("id",)


class RosterCheck(models.Model):
    """The figures of one check over all current lines: at the reading, and after every correction. Append-only.

    ``read_total_fen`` is the sum of every amount that can be read, which the declared total is compared with;
    ``mismatch_count`` counts the totals and subtotals that differ.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="checks")
    reading_no = models.IntegerField()
    check_no = models.IntegerField("第几次核对")
    row_count = models.IntegerField("行数")
    ok_count = models.IntegerField("没有问题的行")
    error_count = models.IntegerField("要改的行")
    warning_count = models.IntegerField("提醒的行")
    fixed_count = models.IntegerField("已替您改好的行")
    dropped_count = models.IntegerField("已剔除的行")
    mismatch_count = models.IntegerField("对不上的合计")
    ok_total_fen = models.BigIntegerField("没有问题的金额")
    read_total_fen = models.BigIntegerField("各行合计")
    declared_total_fen = models.BigIntegerField("表上合计", null=True)
    checked_by = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    checked_at = models.DateTimeField("核对时间")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("roster", "check_no"), name="check_is_numbered_once"),)


class TotalConfirmation(models.Model):
    """The clerk's reason why a total that differs is nevertheless right. Holds for these very figures. Append-only."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="confirmations")
    declared_total_fen = models.BigIntegerField(null=True)
    read_total_fen = models.BigIntegerField()
    mismatch_count = models.IntegerField()
    reason = models.TextField("理由")
    confirmed_by = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(reason__regex=r"\S"), name="confirmation_has_a_reason"),
        )
