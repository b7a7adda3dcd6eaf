"""People who may sign in, and what they have been appointed to."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from .areas import Agency, Area


class OfficialManager(BaseUserManager["Official"]):
    """Lets Django's sign-in find an official by user name."""

    def get_by_natural_key(self, username: str | None) -> "Official":
        return self.get(username=username)


class Official(AbstractBaseUser):
    """A person (or the system itself) that acts under its own name. There is no superuser."""

    username = models.CharField("用户名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    is_active = models.BooleanField("在用", default=True)
    is_machine = models.BooleanField("系统身份", default=False)

    USERNAME_FIELD = "username"
    objects: Any = OfficialManager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """任职: this official holds this role for this agency in this area, from a day until a day (inclusive)."""

    official = models.ForeignKey(Official, models.PROTECT, related_name="appointments")
    role = models.CharField("岗位", max_length=32)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="appointments")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("official", "role", "agency", "area"), name="appointment_is_made_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="appointment_ends_after_it_begins",
            ),
        )
