"""Background work as people see it, and the demo's clock."""

from django.db import models

from .officials import Official


class TaskRun(models.Model):
    """One piece of background work with its visible progress. The job itself is procrastinate's."""

    class State(models.TextChoices):
        QUEUED = "queued", "等待中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        REFUSED = "refused", "没有办成"
        FAILED = "failed", "出错"
        CANCELED = "canceled", "已取消"

    name = models.CharField(max_length=60)
    title = models.CharField("做什么", max_length=120)
    subject = models.CharField(max_length=80)
    state = models.CharField("状态", max_length=10, choices=State, default=State.QUEUED)
    done_count = models.BigIntegerField(default=0)
    total_count = models.BigIntegerField(default=0)
    message = models.TextField("结果", default="")
    url = models.CharField(max_length=200, default="")
    started_by = models.ForeignKey(Official, models.PROTECT, related_name="+")
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("subject",), name="task_by_subject"),)


class ClockOffset(models.Model):
    """How far the demo's clock runs ahead of the database's. Only the demo's owner may write it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    days = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_clock"),
            models.CheckConstraint(condition=models.Q(days__gte=0), name="clock_never_runs_back"),
        )
