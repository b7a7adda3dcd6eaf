"""公示: what was posted, what was objected, and the proof that it hung there."""

from django.db import models


class PublicNotice(models.Model):
    """One posting of one completed roster; ``digest``, ``count`` and ``total_fen`` are the roster's.

    ``until_on`` is the last day of the period. The day of posting does not count (《民法典》第二百零一条), so that
    a notice of seven days posted on the 12th hangs until the end of the 19th and may be sealed on the 20th.
    """

    roster = models.ForeignKey("rosters.Roster", models.PROTECT, related_name="+")
    roster_version = models.IntegerField()
    posted_on = models.DateField("张贴日期")
    until_on = models.DateField("公示到")
    count = models.BigIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("roster",),
                condition=models.Q(state__in=("drafted", "posted", "sealed")),
                name="roster_has_one_live_notice",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__gt=models.F("posted_on")), name="notice_hangs_some_days"
            ),
        )


class Objection(models.Model):
    """异议: somebody says that one line is wrong. The line waits while the rest goes on."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    roster = models.ForeignKey("rosters.Roster", models.PROTECT, related_name="+")
    row_key = models.CharField(max_length=40)
    line = models.ForeignKey("rosters.RosterLine", models.PROTECT, related_name="+")
    text = models.TextField("异议内容")
    raised_by_name = models.CharField("提出人", max_length=60, default="", blank=True)
    raised_at = models.DateTimeField("提出时间")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("notice", "row_key"),
                condition=models.Q(state__in=("drafted", "raised")),
                name="line_has_one_open_objection",
            ),
            models.CheckConstraint(condition=models.Q(text__regex=r"\S"), name="objection_says_something"),
        )


class NoticeProof(models.Model):
    """A photograph or scan of the notice on the board; ``village_code`` '' is the township's board. Append-only."""

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="proofs")
    file = models.OneToOneField("core.StoredFile", models.PROTECT, related_name="+")
    village_code = models.CharField(max_length=12, default="")
    added_by = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
