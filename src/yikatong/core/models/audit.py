"""Past-tense facts and the chain that seals them."""

from django.db import models


class AuditEvent(models.Model):
    """A fact about what somebody did. ``body`` holds the exact bytes that the chain is computed over."""

    name = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    official_id = models.BigIntegerField(null=True)
    detail = models.JSONField()
    business_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    body = models.BinaryField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("subject",), name="audit_by_subject"),)


class AuditSeal(models.Model):
    """One link of the chain: hash = SHA-256(previous hash, sequence, body of the event)."""

    sequence = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, models.PROTECT, db_constraint=False, related_name="seal")
    previous = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()
