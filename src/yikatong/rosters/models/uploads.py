"""Files on their way: pieces that have arrived of a file that has not yet. No facts; gone once it is received, or after a day."""

from typing import Any

from django.db import models


class Upload(models.Model):
    """上传: a file that one official is sending. The same file chosen again goes on where it broke off: it is known by its
    name, its size (bytes) and the SHA-256 (hex) of its first piece.
    """

    official = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=255)
    size = models.BigIntegerField("字节数")
    head_digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("official", "name", "size", "head_digest"), name="upload_of_a_file_is_begun_once"
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="upload_has_bytes"),
        )


class UploadPiece(models.Model):
    """One piece of an upload, sealed by the vault to it and to its place; ``digest`` is the SHA-256 (hex) of its plain bytes."""

    pk: Any = models.CompositePrimaryKey("upload_id", "piece_no")
    upload = models.ForeignKey(Upload, models.CASCADE, related_name="pieces", db_index=False)
    piece_no = models.IntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        ordering = ("upload_id", "piece_no")
        constraints = (models.CheckConstraint(condition=models.Q(piece_no__gte=0), name="upload_pieces_count_from_0"),)
