"""People and households. Numbers are sealed by the vault; beside them lie a blind index and the masked form."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Household(models.Model):
    """户: who lives together, what land is on record, and who the head is (C6)."""

    no = models.CharField("户编号", max_length=24)
    village_code = models.CharField("村", max_length=12)
    group_no = models.CharField("组", max_length=12, default="")
    head = models.ForeignKey(
        "registry.Person",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="户主",
        db_index=False,
    )
    farmland_micro = models.BigIntegerField("耕地（百万分之一亩）", default=0)
    forest_micro = models.BigIntegerField("林地（百万分之一亩）", default=0)
    fallow_micro = models.BigIntegerField("退耕地（百万分之一亩）", default=0)

    class Meta:
        ordering = ("no",)
        indexes = (models.Index(fields=("village_code",), name="household_by_village"),)
        constraints = (
            models.UniqueConstraint(fields=("no",), name="household_no_is_its_own"),
            models.CheckConstraint(
                condition=Q(farmland_micro__gte=0, forest_micro__gte=0, fallow_micro__gte=0),
                name="household_land_is_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.no


class Person(models.Model):
    """A resident who may be a beneficiary or a payee. A few have no ID number yet (B4)."""

    no = models.CharField("人员编号", max_length=24)
    name = models.CharField("姓名", max_length=80)
    name_key = models.CharField(max_length=80)
    id_number_sealed = models.BinaryField(null=True)
    id_index = models.BinaryField(null=True, unique=True)
    id_masked = models.CharField("身份证号", max_length=18, default="")
    sex = models.CharField("性别", max_length=1, default="")
    birth_date = models.DateField("出生日期", null=True)
    # What these three refer to is held by the statement (sql/install/020_cards.sql): keys row by row cost too much.
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, related_name="members", verbose_name="户", db_constraint=False
    )
    relation = models.CharField("与户主关系", max_length=16, default="")
    village_code = models.CharField("村", max_length=12)
    group_no = models.CharField("组", max_length=12, default="")
    mobile_sealed = models.BinaryField(null=True)
    mobile_index = models.BinaryField(null=True)
    mobile_masked = models.CharField("手机", max_length=16, default="")
    flags = ArrayField(models.CharField(max_length=24), default=list)
    guardian = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="监护人",
        db_index=False,
        db_constraint=False,
    )
    guardian_relation = models.CharField("监护关系", max_length=16, default="")
    custodian = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="代管人",
        db_index=False,
        db_constraint=False,
    )
    custodian_relation = models.CharField("代管关系", max_length=16, default="")

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=("village_code", "name_key"), name="person_by_village_and_name"),
            models.Index(fields=("name_key",), name="person_by_name"),
        )
        constraints = (
            models.UniqueConstraint(fields=("no",), name="person_no_is_its_own"),
            # The composite key that a card refers to, so that a card is never tied to another person's number (C5).
            models.UniqueConstraint(fields=("id", "id_index"), name="person_with_id_index"),
            models.CheckConstraint(
                condition=Q(id_index__isnull=True, id_number_sealed__isnull=True, id_masked="")
                | (Q(id_index__isnull=False, id_number_sealed__isnull=False) & ~Q(id_masked="")),
                name="person_id_is_whole_or_missing",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name
