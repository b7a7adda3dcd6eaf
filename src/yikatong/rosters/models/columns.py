"""Which column is what: what a township once said of its headings, and the headings that nobody has told yet."""

from django.db import models

from .roster import Roster, RosterReading


class ColumnMapping(models.Model):
    """列对应: what a clerk said of a table's headings. The agency's later files with these headings are read by it. Append-only.

    ``form`` maps headings to fields (see ``rules.told``); the newest that fits counts.
    """

    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")
    reading = models.ForeignKey(RosterReading, models.PROTECT, related_name="mappings_told", db_index=False)
    form = models.JSONField("列对应")
    told_by = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    told_at = models.DateTimeField("指明时间")

    class Meta:
        ordering = ("id",)


class HeadingQuestion(models.Model):
    """表头待认: the upper rows of a file whose headings say too little; it stands until a reading follows. Append-only.

    ``heads_sealed`` is JSON, a list of ``rules.told.Head``, sealed to this row: rows of people may stand there.
    ``reading_no`` is the number that the reading would have had.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="heading_questions")
    reading_no = models.IntegerField()
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+", db_index=False)
    heads_sealed = models.BinaryField()
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
