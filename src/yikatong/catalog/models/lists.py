"""补贴政策清单 as it is signed: department and finance, then the government of the same level (A4, A7)."""

from django.db import models
from django.db.models import Q

from .terms import PolicyLevel, Terms


class CatalogList(models.Model):
    """One version of the list, or of a part of it: the items it names hold from its publication on (A3).

    ``digest`` covers every item, so that what the government approves is what finance verified.
    """

    no = models.CharField("编号", max_length=40, unique=True)
    title = models.CharField("名称", max_length=80)
    fiscal_year = models.SmallIntegerField("年度")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField("指纹", max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField("行政区划", max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+", verbose_name="起草单位")
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    item_count = models.IntegerField("项数")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(item_count__gt=0), name="catalog_list_has_items"),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"),
                name="catalog_list_has_a_digest",
            ),
        )

    def __str__(self) -> str:
        return self.title


class CatalogItem(Terms):
    """What one list says of one program. Never changed: a correction is another list."""

    catalog_list = models.ForeignKey(CatalogList, models.PROTECT, related_name="items")
    row_no = models.IntegerField("行")
    code = models.CharField("项目编码", max_length=12)
    parent_code = models.CharField("上级编码", max_length=12, default="")
    department = models.ForeignKey(
        "core.Agency",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="主管部门",
    )
    rate_fen = models.BigIntegerField("标准（分）", null=True)
    valid_from = models.DateField("标准执行日期")
    ended_on = models.DateField("停止执行日期", null=True)
    basis_title = models.CharField("政策依据", max_length=120, default="")
    basis_no = models.CharField("文号", max_length=60, default="")
    basis_level = models.CharField("政策层级", max_length=10, choices=PolicyLevel, default="")

    class Meta:
        ordering = ("catalog_list", "code")
        constraints = (
            models.UniqueConstraint(fields=("catalog_list", "code"), name="item_is_listed_once"),
            models.CheckConstraint(
                condition=Q(rate_fen__isnull=True) | Q(rate_fen__gt=0, rate_fen__lte=10_000_000_000),
                name="item_rate_is_money",
            ),
            models.CheckConstraint(
                condition=Q(notice_days__range=(1, 60)),
                name="item_notice_days_in_range",
            ),
            models.CheckConstraint(
                condition=Q(paid_to__isnull=True, cycle_kind__isnull=True, rate_fen__isnull=True)
                | Q(
                    paid_to__isnull=False,
                    cycle_kind__isnull=False,
                    department__isnull=False,
                ),
                name="item_is_paid_or_a_group",
            ),
        )
