"""The words a program is described in, shared by what a list says (CatalogItem) and what is in force (Program)."""

from django.db import models


class PaidTo(models.TextChoices):
    """To whom the money goes: to each person's own card (C5) or to the card of the head of household (C6)."""

    HOUSEHOLD = "household", "按户（发给户主）"
    PERSON = "person", "按人（发给本人）"


class CycleKind(models.TextChoices):
    """发放周期 (N4)."""

    YEAR = "year", "按年"
    QUARTER = "quarter", "按季"
    MONTH = "month", "按月"


class QuantityKind(models.TextChoices):
    """What the standard is multiplied with."""

    MU = "mu", "亩"
    PERSON = "person", "人"
    HOUSEHOLD = "household", "户"
    NONE = "none", "按次核定"


class PayingMode(models.TextChoices):
    """Who takes the paying steps (I3, I4)."""

    DEPARTMENT = "department", "主管部门支付"
    FINANCE = "finance", "财政部门支付"


class PolicyLevel(models.TextChoices):
    """Who set the policy (A13, A17)."""

    CENTRAL = "central", "中央"
    PROVINCIAL = "provincial", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"


class Terms(models.Model):
    """The terms of one program. A main item that only holds sub-items has no payee, cycle or unit (A6)."""

    name = models.CharField("项目名称", max_length=80)
    unit = models.CharField("计量单位", max_length=40)
    quantity_kind = models.CharField("计量", max_length=10, choices=QuantityKind)
    paid_to = models.CharField("发放对象", max_length=10, choices=PaidTo, null=True)
    cycle_kind = models.CharField("发放周期", max_length=8, choices=CycleKind, null=True)
    paying_mode = models.CharField("支付方式", max_length=10, choices=PayingMode)
    is_secret = models.BooleanField("涉密")
    by_occasion = models.BooleanField("按次发放")
    exclusion_note = models.CharField("不含", max_length=120, default="")
    notice_days = models.SmallIntegerField("公示天数", default=7)

    class Meta:
        abstract = True
