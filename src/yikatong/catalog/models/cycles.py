"""发放周期: one round of a program, with its deadlines (N1, N4)."""

from django.db import models
from django.db.models import F, Q

from .programs import Program
from .terms import PayingMode


class Cycle(models.Model):
    """One round of a program: 2026, 2026-09 or 2026-Q3. Its terms are fixed when it is opened."""

    no = models.CharField("编号", max_length=24, unique=True)
    program = models.ForeignKey(Program, models.PROTECT, related_name="cycles")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField("行政区划", max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+", verbose_name="主管部门")
    fiscal_year = models.SmallIntegerField("年度")
    label = models.CharField("周期", max_length=8)
    starts_on = models.DateField("自")
    ends_on = models.DateField("至")
    roster_due_on = models.DateField("花名册报送期限")
    pay_due_on = models.DateField("发放期限")
    notice_days = models.SmallIntegerField("公示天数")
    paying_mode = models.CharField("支付方式", max_length=10, choices=PayingMode)
    rate_fen = models.BigIntegerField("标准（分）", null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("program", "label"), name="cycle_is_opened_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="cycle_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(pay_due_on__gt=F("roster_due_on")),
                name="cycle_pays_after_the_rosters_are_due",
            ),
            models.CheckConstraint(
                condition=Q(roster_due_on__gte=F("starts_on")),
                name="cycle_is_due_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(label__regex=r"^20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?$"),
                name="cycle_label_is_a_period",
            ),
            models.CheckConstraint(condition=Q(fiscal_year__range=(2000, 2099)), name="cycle_year_in_range"),
        )

    def __str__(self) -> str:
        return self.no
