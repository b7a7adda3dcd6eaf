"""Decisions, and the step tables that the database judges them by."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .officials import Appointment, Official


class WorkflowStep(models.Model):
    """One step of one flow, written from the code's step tables at migration; the application may only read it."""

    flow = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    subject_table = models.CharField(max_length=63)
    sources = ArrayField(models.CharField(max_length=24))
    target = models.CharField(max_length=24)
    permission = models.CharField(max_length=40)
    duty = models.CharField(max_length=12)
    own_agency = models.BooleanField()
    reason_required = models.BooleanField()
    guards = ArrayField(models.CharField(max_length=63))

    class Meta:
        constraints = (models.UniqueConstraint(fields=("flow", "verb"), name="step_is_named_once"),)


class RolePermission(models.Model):
    """What a role may do, written from ``core.permissions`` at migration; the application may only read it."""

    role = models.CharField(max_length=32)
    permission = models.CharField(max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("role", "permission"), name="permission_is_given_once"),)


class Decision(models.Model):
    """A step that an official took, bound to the digest of what they saw. Never changed (F10, F12).

    ``case_no`` joins the workflows of one payment (batch, cash plan, payment request) for the four-eyes rule.
    ``business_at`` is the moment that rules judge by; ``recorded_at`` is the database's own clock.
    """

    flow = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    case_no = models.CharField(max_length=60)
    verb = models.CharField(max_length=40)
    duty = models.CharField(max_length=12)
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)
    subject_version = models.IntegerField()
    digest = models.CharField(max_length=64)
    official = models.ForeignKey(Official, models.PROTECT, related_name="decisions")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    reason = models.TextField()
    business_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("case_no",), name="decision_by_case"),)
        constraints = (
            models.UniqueConstraint(fields=("flow", "subject_id", "subject_version"), name="one_decision_a_version"),
        )
