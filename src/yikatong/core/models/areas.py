"""Places and the offices that act in them."""

from django.db import models


class Area(models.Model):
    """行政区划: a county, township or village under its 12-digit code.

    ``prefix`` is the code without the trailing zeros of its level (county 6, township 9, village 12 digits), so that
    "lies within" is a comparison of beginnings.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县"
        TOWNSHIP = "township", "乡镇"
        VILLAGE = "village", "村"

    code = models.CharField("代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级别", max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    prefix = models.CharField(max_length=12, unique=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]{12}$"), name="area_code_has_12_digits"),
        )

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """A unit of government, a village committee or a bank: whoever an official acts for."""

    class Kind(models.TextChoices):
        GOVERNMENT_OFFICE = "government_office", "政府办公室"
        FINANCE_BUREAU = "finance_bureau", "财政局"
        LINE_DEPARTMENT = "line_department", "主管部门"
        HUMAN_RESOURCES = "human_resources", "人力资源和社会保障局"
        TOWNSHIP_GOVERNMENT = "township_government", "乡镇人民政府"
        VILLAGE_COMMITTEE = "village_committee", "村（居）民委员会"
        BANK = "bank", "代发金融机构"
        AUDIT_BUREAU = "audit_bureau", "审计局"
        ADMINISTRATION = "administration", "系统管理"

    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=24, choices=Kind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="agencies")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("area", "name"), name="agency_name_is_unique_in_area"),)

    def __str__(self) -> str:
        return self.name
