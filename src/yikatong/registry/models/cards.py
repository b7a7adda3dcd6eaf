"""Social-security cards as the card office sends them (C7, C13, C14)."""

from django.db import models
from django.db.models import Q

from .people import Person


class Bank(models.Model):
    """A bank that issues cards, with the prefix its card numbers begin with."""

    code = models.CharField("行号", max_length=14, unique=True)
    name = models.CharField("银行", max_length=60)
    prefix = models.CharField("卡号前六位", max_length=6, unique=True)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Q(prefix__regex="^[0-9]{6}$"), name="bank_prefix_has_6_digits"),
            models.CheckConstraint(condition=Q(code__regex="^[0-9]{12,14}$"), name="bank_code_is_digits"),
        )

    def __str__(self) -> str:
        return self.name


class Card(models.Model):
    """社保卡. Immutable; only the person of a card may be added when the registry comes to know them."""

    number_sealed = models.BinaryField()
    number_index = models.BinaryField(unique=True)
    prefix = models.CharField("前四位", max_length=4)
    tail = models.CharField("后四位", max_length=4)
    # Held by the statement, as are household, guardian and custodian of a person (sql/install/020_cards.sql).
    bank = models.ForeignKey(Bank, models.PROTECT, related_name="cards", db_index=False, db_constraint=False)
    # The composite key card_is_its_holders holds this one too.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cards", db_constraint=False)
    holder_name = models.CharField("持卡人", max_length=80)
    holder_id_sealed = models.BinaryField()
    holder_id_index = models.BinaryField()
    issued_on = models.DateField("发卡日期", null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            # The composite key that a payment and a designation refer to: the card of this very person.
            models.UniqueConstraint(fields=("id", "person"), name="card_with_person"),
            models.CheckConstraint(condition=Q(tail__regex="^[0-9]{4}$"), name="card_tail_has_4_digits"),
        )
        # Only cards whose holder is not known yet are looked for by the holder's number.
        indexes = (
            models.Index(fields=("holder_id_index",), condition=Q(person=None), name="card_waits_for_its_holder"),
        )

    @property
    def masked(self) -> str:
        """6299 **** **** 0049."""
        return f"{self.prefix} **** **** {self.tail}"

    def __str__(self) -> str:
        return self.masked


class CardLoad(models.Model):
    """One file of cards that was loaded, with what it brought. Append-only."""

    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    digest = models.CharField("指纹", max_length=64)
    as_of = models.DateField("数据日期")
    loaded_by = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()
    row_count = models.IntegerField("行数")
    new_count = models.IntegerField("新卡")
    changed_count = models.IntegerField("状态变化")
    unknown_count = models.IntegerField("不认识的人")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("digest", "as_of"), name="card_file_is_loaded_once"),
            models.CheckConstraint(
                condition=Q(
                    row_count__gte=0,
                    new_count__gte=0,
                    changed_count__gte=0,
                    unknown_count__gte=0,
                ),
                name="card_load_counts_are_not_negative",
            ),
        )


class CardFigure(models.Model):
    """How many cards there were by bank and status after a load, and how many people held them. Append-only.

    The row without ``bank`` and ``status`` counts the people who held more than one active card, and those cards. Written
    by ``registry_write_card_figures`` in the transaction of the load.
    """

    load = models.ForeignKey(CardLoad, models.PROTECT, related_name="figures")
    bank = models.ForeignKey(Bank, models.PROTECT, null=True, related_name="+")
    status = models.CharField("状态", max_length=10)
    card_count = models.BigIntegerField("张数")
    holder_count = models.BigIntegerField("人数")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("load", "bank", "status"), nulls_distinct=False, name="cards_are_counted_once_a_load"
            ),
        )


class CardStatus(models.Model):
    """What the card office said of a card from a day on, with the holder's name as it spells it now.

    The newest row counts; a row is added only when something changed. Append-only (C4, C11).
    """

    class Status(models.TextChoices):
        ACTIVE = "active", "正常"
        INACTIVE = "inactive", "未激活"
        LOST = "lost", "挂失"
        CANCELED = "canceled", "注销"

    # That card and load are there is held by the statement (sql/install/022_payee_cards.sql): keys row by row would cost
    # more than all the rest of a load, and neither can be deleted.
    card = models.ForeignKey(Card, models.PROTECT, related_name="statuses", db_index=False, db_constraint=False)
    status = models.CharField("状态", max_length=10, choices=Status)
    holder_name = models.CharField("持卡人", max_length=80)
    as_of = models.DateField("自")
    load = models.ForeignKey(CardLoad, models.PROTECT, related_name="statuses", db_index=False, db_constraint=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("load", "card"), name="a_load_says_a_status_once"),
            models.CheckConstraint(
                condition=Q(status__in=["active", "inactive", "lost", "canceled"]),
                name="card_status_is_known",
            ),
        )
        indexes = (models.Index(fields=("card", "-id"), name="card_status_newest"),)
