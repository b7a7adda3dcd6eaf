"""What an official has arranged on their own desk, and the long lists they had exported: no facts, nothing is judged by them."""

from typing import Any

from django.db import models

NAME_MAX = 20
QUERY_MAX = 400


class Watch(models.Model):
    """关注: an official wants to hear what becomes of one subject of a flow."""

    official = models.ForeignKey("core.Official", models.PROTECT, related_name="watches")
    flow = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("official", "flow", "subject_id"), name="a_subject_is_watched_once"),
        )


class SavedView(models.Model):
    """常用筛选: the filters of a page under a name. ``query`` is the page's own query string."""

    official = models.ForeignKey("core.Official", models.PROTECT, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField("名称", max_length=NAME_MAX)
    query = models.CharField(max_length=QUERY_MAX)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("official", "page", "name"), name="a_view_is_named_once"),)


class ReadMark(models.Model):
    """Up to which moment an official has read their messages."""

    official = models.OneToOneField("core.Official", models.PROTECT, related_name="read_mark")
    read_at = models.DateTimeField()


class ListExport(models.Model):
    """导出的名单: a long list that was made into a workbook in the background, for whoever asked alone and for some days.

    The row stays; its pieces are removed when ``expires_at`` has passed. ``digest`` is the SHA-256 of the workbook.
    """

    run = models.OneToOneField("core.TaskRun", models.PROTECT, primary_key=True, related_name="+")
    official = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=160)
    row_count = models.BigIntegerField("行数")
    size = models.BigIntegerField("字节数")
    digest = models.CharField("指纹", max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-run_id",)


class ListExportPiece(models.Model):
    """At most 1 MiB of a workbook, sealed by the vault to it and to its place, which is counted from 0."""

    pk: Any = models.CompositePrimaryKey("export_id", "piece_no")
    export = models.ForeignKey(ListExport, models.PROTECT, related_name="pieces", db_index=False)
    piece_no = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("export_id", "piece_no")
