"""Restore mode: what was done to make an older copy of the database whole again. Written by the database alone."""

from django.db import models

from .providers import PaymentProvider


class Restoration(models.Model):
    """恢复模式: the database is an older copy, so nothing is sent until every file the bank knows is reconciled.

    ``known_until`` is the latest recorded moment the copy held: what happened after it is what is missing.
    """

    class Noticed(models.TextChoices):
        COMMAND = "command", "人工进入"
        SENT_LOG = "sent_log", "系统发现"

    reason = models.CharField("原因", max_length=400)
    noticed = models.CharField("怎样进入", max_length=12, choices=Noticed)
    known_until = models.DateTimeField("数据到", null=True)
    official = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("进入时间")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)


class RestorationVisit(models.Model):
    """That a provider was asked for everything it has: all its messages, and about every instruction here."""

    restoration = models.ForeignKey(Restoration, models.PROTECT, related_name="visits")
    provider = models.ForeignKey(PaymentProvider, models.PROTECT, related_name="+")
    asked_count = models.BigIntegerField("问过的指令")
    visited_at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField()


class RestorationFile(models.Model):
    """A file that the bank knows or that was sent, found while restoring. It is here again, or somebody explains it."""

    class Source(models.TextChoices):
        SENT_LOG = "sent_log", "发送记录"
        REPORT = "report", "银行回盘"
        STATEMENT = "statement", "银行对账单"

    restoration = models.ForeignKey(Restoration, models.PROTECT, related_name="files")
    provider = models.ForeignKey(PaymentProvider, models.PROTECT, null=True, related_name="+")
    message_id = models.CharField("指令编号", max_length=80)
    source = models.CharField("从哪里知道", max_length=12, choices=Source)
    found_at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("restoration", "message_id"), name="a_file_is_found_once"),)


class RestorationNote(models.Model):
    """Why a file the bank knows need not be here."""

    file = models.OneToOneField(RestorationFile, models.PROTECT, related_name="note")
    note = models.CharField("说明", max_length=400)
    official = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    noted_at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField()


class RestorationEnd(models.Model):
    """That two officials ended the restore mode, by name."""

    restoration = models.OneToOneField(Restoration, models.PROTECT, related_name="end")
    first = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    second = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    reason = models.CharField("说明", max_length=400)
    left_at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~models.Q(first=models.F("second")), name="two_people_end_a_restoration"),
        )
