"""The emergency stop: who pressed it, and which two lifted it. Written by the database's own functions alone."""

from django.db import models

from .officials import Appointment, Official


class EmergencyStop(models.Model):
    """紧急停发: from now on no instruction is sealed or sent for an area (RELIABILITY 2.5). Append-only.

    What was on its way runs out, and results are still taken in. It stands until two different officials lifted it.
    """

    area_code = models.CharField("区域", max_length=12)
    official = models.ForeignKey(Official, models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=400)
    pressed_at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    @property
    def stands(self) -> bool:
        """Whether nothing is sent yet."""
        return self.missing_count > 0

    @property
    def missing_count(self) -> int:
        """How many more people have to agree before sending goes on."""
        return StopLift.NEEDED - len(self.lifts.all())


class StopLift(models.Model):
    """解除紧急停发: one official's word that paying may go on; it takes two. Append-only."""

    NEEDED = 2

    stop = models.ForeignKey(EmergencyStop, models.PROTECT, related_name="lifts")
    official = models.ForeignKey(Official, models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=400)
    lifted_at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("stop", "official"), name="nobody_lifts_a_stop_twice"),)
