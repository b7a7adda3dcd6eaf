"""Files that people or banks handed in, or that the system made, encrypted."""

from django.db import models

from .officials import Official


class StoredFile(models.Model):
    """An immutable file. ``digest`` is the SHA-256 of the plain bytes; ``content`` is sealed by the vault."""

    name = models.CharField("文件名", max_length=255)
    kind = models.CharField("种类", max_length=32)
    digest = models.CharField("指纹", max_length=64)
    size = models.BigIntegerField("字节数")
    content = models.BinaryField()
    stored_by = models.ForeignKey(Official, models.PROTECT, related_name="+")
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("kind", "digest"), name="file_by_digest"),)
