"""What an official has arranged on their own desk. Preferences, no facts: nothing is judged or proved by them."""

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
