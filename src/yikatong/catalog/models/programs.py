"""Programs in force. Only the publication of a list writes here (A5, A7); see ``sql/install/020_publish.sql``."""

from django.db import models
from django.db.models import Q

from .lists import CatalogItem
from .terms import PolicyLevel, Terms


class Program(Terms):
    """补贴项目: what may be paid, by the newest published list that names it (A5). Main items hold sub-items (A6)."""

    code = models.CharField("项目编码", max_length=12, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    department = models.ForeignKey(
        "core.Agency",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="主管部门",
    )
    county = models.ForeignKey("core.Area", models.PROTECT, related_name="+")
    item = models.ForeignKey(CatalogItem, models.PROTECT, related_name="+")
    ended_on = models.DateField("停止执行日期", null=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(paid_to__isnull=True, cycle_kind__isnull=True)
                | Q(
                    paid_to__isnull=False,
                    cycle_kind__isnull=False,
                    department__isnull=False,
                ),
                name="program_is_paid_or_a_group",
            ),
        )

    def __str__(self) -> str:
        return self.name


class LegalBasis(models.Model):
    """政策依据: the paper that a program rests on, with the level that set it (A13). Append-only."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="bases")
    catalog_list = models.ForeignKey("catalog.CatalogList", models.PROTECT, related_name="+")
    title = models.CharField("政策依据", max_length=120)
    document_no = models.CharField("文号", max_length=60, default="")
    level = models.CharField("政策层级", max_length=10, choices=PolicyLevel, default="")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("program", "title", "document_no", "level"),
                name="basis_is_named_once",
            ),
        )


class BenefitRate(models.Model):
    """补贴标准 from a day on, until the next one begins; the newer list wins a day. Append-only (A3)."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="rates")
    catalog_list = models.ForeignKey("catalog.CatalogList", models.PROTECT, related_name="+")
    rate_fen = models.BigIntegerField("标准（分）")
    valid_from = models.DateField("执行日期")

    class Meta:
        ordering = ("program", "valid_from", "id")
        constraints = (
            models.UniqueConstraint(fields=("program", "catalog_list"), name="a_list_sets_a_rate_once"),
            models.CheckConstraint(
                condition=Q(rate_fen__gt=0, rate_fen__lte=10_000_000_000),
                name="rate_is_money",
            ),
        )
