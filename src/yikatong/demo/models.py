"""What the demo has already played, so that a run that was cut off goes on where it stopped."""

from django.db import models


class PlayedStep(models.Model):
    """One step of the demo's run that has been taken; committed together with what it did."""

    key = models.CharField(max_length=40, primary_key=True)
    played_at = models.DateTimeField()
