"""Files that people or banks handed in, or that the system made, encrypted."""

from typing import Any

from django.db import models

from .officials import Official


class StoredFile(models.Model):
    """An immutable file. ``digest`` is the SHA-256 of the plain bytes; they lie in packed and sealed pieces, in the
    order of their numbers. Files stored before there were pieces lie whole in ``content``.
    """

    name = models.CharField("文件名", max_length=255)
    kind = models.CharField("种类", max_length=32)
    digest = models.CharField("指纹", max_length=64)
    size = models.BigIntegerField("字节数")
    content = models.BinaryField(null=True)
    stored_by = models.ForeignKey(Official, models.PROTECT, related_name="+")
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("kind", "digest"), name="file_by_digest"),)


class FilePiece(models.Model):
    """One piece of a file, packed (Zstandard) and sealed by the vault to the file and to its place, which is counted from 0. Append-only."""

    pk: Any = models.CompositePrimaryKey("file_id", "piece_no")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="pieces", db_index=False)
    piece_no = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("file_id", "piece_no")
        constraints = (models.CheckConstraint(condition=models.Q(piece_no__gte=0), name="file_pieces_count_from_0"),)
