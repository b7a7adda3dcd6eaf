"""Which of a person's own cards is paid: chosen by two people, never edited (C15, C17, C20)."""

from django.db import models
from django.db.models import Q

from .cards import Card
from .people import Person


class CardChange(models.Model):
    """发放卡变更: the township proposes, at the person's wish, a card of that person; a department reviewer approves."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="card_changes")
    card = models.ForeignKey(Card, models.PROTECT, related_name="+", verbose_name="改发到")
    reason = models.CharField("原因", max_length=200)
    confirmed_on = models.DateField("本人确认日期")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField("行政区划", max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+", verbose_name="提出单位")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="card_change_has_a_reason"),
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(state__in=["drafted", "proposed"]),
                name="one_open_card_change_a_person",
            ),
        )


class CardDesignation(models.Model):
    """指定发放卡: the newest one counts. Written only by the approval of a CardChange. Append-only."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="designations")
    card = models.ForeignKey(Card, models.PROTECT, related_name="+")
    change = models.OneToOneField(CardChange, models.PROTECT, related_name="designation")
    reason = models.CharField("原因", max_length=200)
    designated_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("person", "-id"), name="designation_newest"),)
