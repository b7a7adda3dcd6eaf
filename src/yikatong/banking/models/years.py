"""人卡钱台账: how many people and cards a fiscal year has, counted in the background and kept with its moment."""

from django.db import models


class YearCount(models.Model):
    """That a county's fiscal year was counted. ``mark`` is how far it had come then (``banking_year_mark``). Append-only.

    Written by ``banking_count_year`` with its lines; while the mark is the same, ``verify`` counts again and compares.
    """

    county_code = models.CharField("县", max_length=12)
    fiscal_year = models.SmallIntegerField("年度")
    mark = models.CharField(max_length=80)
    counted_by = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    counted_at = models.DateTimeField("统计时间")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("county_code", "fiscal_year", "-id"), name="year_count_newest"),)


class YearCountLine(models.Model):
    """A program, a township or, with neither, the whole of a counted year. In fen. Append-only."""

    year_count = models.ForeignKey(YearCount, models.PROTECT, related_name="lines")
    program = models.ForeignKey("catalog.Program", models.PROTECT, null=True, related_name="+")
    township_code = models.CharField(max_length=12)
    person_count = models.BigIntegerField("人数")
    card_count = models.BigIntegerField("卡数")
    line_count = models.BigIntegerField("笔数")
    due_fen = models.BigIntegerField("应发")
    credited_fen = models.BigIntegerField("到账")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("year_count", "program", "township_code"), nulls_distinct=False, name="year_line_stands_once"
            ),
        )
