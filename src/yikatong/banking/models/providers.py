"""The financial institutions that pay for the county, and on what terms. Only the database's owner writes these."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PaymentProvider(models.Model):
    """代发金融机构, and what its channel can be relied on for.

    ``credentials_ref`` names a file outside the database, never a secret itself. ``dedupes_forever``: the bank refuses
    a message id it has ever seen, so that the same bytes may be sent again (RELIABILITY 2.4). Cards of the issuers in
    ``card_bank_codes`` are held by the provider itself and go out under its own ``bank_code``. ``format_code`` names the
    form of its files (``formats/registry.py``).
    """

    name = models.CharField("代发机构", max_length=80, unique=True)
    bank_code = models.CharField("行号", max_length=35)
    card_bank_codes = ArrayField(models.CharField(max_length=14), default=list)
    transport_url = models.CharField("接口地址", max_length=200)
    credentials_ref = models.CharField("凭据文件", max_length=200, default="")
    format_code = models.CharField("文件格式", max_length=40, default="iso20022")
    dedupes_forever = models.BooleanField("永久去重", default=False)
    file_lines_max = models.IntegerField("单个文件最多笔数", default=100_000)
    valid_days = models.SmallIntegerField("指令有效天数", default=3)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(bank_code__regex="^[0-9]+$"), name="provider_code_is_digits"),
            models.CheckConstraint(
                condition=models.Q(file_lines_max__range=(1, 100_000)), name="instruction_has_a_bounded_length"
            ),
            models.CheckConstraint(condition=models.Q(valid_days__range=(1, 30)), name="instruction_expires"),
            models.CheckConstraint(
                condition=models.Q(format_code__regex="^[a-z0-9][a-z0-9-]*$"), name="provider_format_is_a_code"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ServiceAgreement(models.Model):
    """代发协议 between a county's agency and a provider, free of charge (S5, S6, Q1).

    ``debtor_account`` is the agency's zero-balance account; there is no field for any other kind (I14).
    ``statement_account`` is how the bank's statements name that account.
    """

    provider = models.ForeignKey(PaymentProvider, models.PROTECT, related_name="agreements")
    county = models.ForeignKey("core.Area", models.PROTECT, related_name="+")
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")
    document_no = models.CharField("协议文号", max_length=80)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True)
    debtor_name = models.CharField("付款单位", max_length=140)
    debtor_account = models.CharField("零余额账户", max_length=34)
    statement_account = models.CharField("对账单上的账号", max_length=40)
    fee_free = models.BooleanField("不收费", default=True)

    class Meta:
        ordering = ("-valid_from", "-id")
        constraints = (
            models.UniqueConstraint(fields=("agency", "county", "valid_from"), name="one_agreement_begins_a_day"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="agreement_ends_after_it_begins",
            ),
            # 「不得收取任何费用」 (S6): an agreement that charges the beneficiaries cannot be entered.
            models.CheckConstraint(condition=models.Q(fee_free=True), name="agreement_is_free_of_charge"),
            models.CheckConstraint(
                condition=models.Q(debtor_account__regex="^[0-9]{1,34}$"), name="zero_balance_account_is_digits"
            ),
        )

    def __str__(self) -> str:
        return f"{self.debtor_name} · {self.document_no}"
