"""The financial institutions that pay for the county, and on what terms. Only the database's owner writes these."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PaymentProvider(models.Model):
    """代发金融机构, and what its channel can be relied on for.

    ``credentials_ref`` names a file outside the database, never a secret itself. ``dedupes_forever``: the bank refuses
    a message id it has ever seen, so that the same bytes may be sent again (RELIABILITY 2.4). ``honors_expiry``: the
    bank refuses what comes after its ``not_after``, so that what it does not know by then may be sent anew. Nothing is
    sent within ``cut_off_minutes`` before ``cut_off_at``, in Asia/Shanghai. ``report_pattern`` is a regular expression
    with the groups ``series`` and ``number`` where the bank numbers its messages without gaps, else empty. Cards of the
    issuers in ``card_bank_codes`` are held by the provider itself and go out under its own ``bank_code``.
    ``format_code`` names the
    form of its files (``formats/registry.py``). Where ``report_keys`` are registered (algorithm, public_key in base64,
    valid_to), reports that none of them signed are refused (C13). ``is_test_system``: the conformance suite may send its
    small files there. ``payee_named_by`` is which number its results and statements give for who was paid: the card, which
    is held against the instructed one (C08), or the account behind it, which cannot be.
    """

    class Transport(models.TextChoices):
        HTTPS = "https", "HTTPS 接口"
        FOLDER = "folder", "文件夹交换"
        SFTP = "sftp", "SFTP 文件交换"

    class PayeeNumber(models.TextChoices):
        CARD = "card", "收款卡号"
        ACCOUNT = "account", "卡后面的账号"

    name = models.CharField("代发机构", max_length=80, unique=True)
    bank_code = models.CharField("行号", max_length=35)
    card_bank_codes = ArrayField(models.CharField(max_length=14), default=list)
    transport_url = models.CharField("接口地址", max_length=200)
    credentials_ref = models.CharField("凭据文件", max_length=200, default="")
    format_code = models.CharField("文件格式", max_length=40, default="iso20022")
    transport = models.CharField("通道", max_length=8, choices=Transport, default=Transport.HTTPS)
    report_keys = models.JSONField("回盘签名公钥", default=list)
    payee_named_by = models.CharField("回盘写的收款号码", max_length=8, choices=PayeeNumber, default=PayeeNumber.CARD)
    is_test_system = models.BooleanField("测试系统", default=False)
    dedupes_forever = models.BooleanField("永久去重", default=False)
    honors_expiry = models.BooleanField("过期拒收", default=False)
    cut_off_at = models.TimeField("当日截止时间", null=True)
    cut_off_minutes = models.SmallIntegerField("截止前停发分钟数", default=30)
    report_pattern = models.CharField("回盘编号规则", max_length=120, default="")
    file_lines_max = models.IntegerField("单个文件最多笔数", default=100_000)
    valid_days = models.SmallIntegerField("指令有效天数", default=3)
    # 「按照基层网点多、服务质量好、优惠便利群众的原则」 (S1, S2, S11); NULL: the bank has not said.
    outlet_count = models.IntegerField("网点数", null=True)
    atm_count = models.IntegerField("自助机具数", null=True)
    pos_count = models.IntegerField("POS 机数", null=True)
    issues_local_card = models.BooleanField("发行本地社保卡", default=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(bank_code__regex="^[0-9]+$"), name="provider_code_is_digits"),
            models.CheckConstraint(
                condition=models.Q(file_lines_max__range=(1, 100_000)), name="instruction_has_a_bounded_length"
            ),
            models.CheckConstraint(
                condition=models.Q(transport__in=("https", "folder", "sftp")), name="transport_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(payee_named_by__in=("card", "account")), name="payee_number_is_known"
            ),
            models.CheckConstraint(condition=models.Q(valid_days__range=(1, 30)), name="instruction_expires"),
            models.CheckConstraint(
                condition=models.Q(cut_off_minutes__range=(0, 600)), name="cut_off_is_within_a_working_day"
            ),
            models.CheckConstraint(
                condition=models.Q(format_code__regex="^[a-z0-9][a-z0-9-]*$"), name="provider_format_is_a_code"
            ),
            models.CheckConstraint(
                condition=models.Q(outlet_count__isnull=True) | models.Q(outlet_count__gte=0),
                name="outlets_are_not_negative",
            ),
        )

    @property
    def names_cards(self) -> bool:
        """Whether what it says of who was paid can be held against the card that was instructed."""
        return self.payee_named_by == self.PayeeNumber.CARD

    def __str__(self) -> str:
        return self.name


class ServiceAgreement(models.Model):
    """代发协议 between a county's agency and a provider, free of charge (S5, S6, Q1).

    ``debtor_account`` is the agency's zero-balance account; there is no field for any other kind (I14).
    ``statement_account`` is how the bank's statements name that account. ``pay_within_days`` is how many days after the
    sending a payment is booked at the latest, ``report_within_days`` how many until its result is reported (overdue after that, C06); NULL where
    the agreement does not say. ``clauses`` are the duties it names (S16), ``free_services`` what is free of charge
    (S15, S17), ``procurement_document_no`` the procurement by which the bank was chosen (S12-S14).
    """

    class Clause(models.TextChoices):
        ACTIVATION = "activation", "办卡激活"
        PAYMENT = "payment", "资金支付"
        NOTICE = "notice", "补贴通知"
        WITHDRAWAL = "withdrawal", "便捷取款"
        DATA_SECURITY = "data_security", "数据安全"

    class FreeService(models.TextChoices):
        FEEDBACK = "feedback", "信息反馈"
        CROSS_BANK = "cross_bank", "跨行存取"
        ACTIVATION = "activation", "办卡激活"
        QUERY = "query", "查询"
        WITHDRAWAL = "withdrawal", "取款"
        NOTICE = "notice", "到账通知"

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
    pay_within_days = models.SmallIntegerField("几天内到账", null=True)
    report_within_days = models.SmallIntegerField("几天内反馈", null=True)
    reconciliation_method = models.CharField("对账办法", max_length=200, default="")
    procurement_document_no = models.CharField("采购文号", max_length=80, default="")
    clauses = ArrayField(models.CharField(max_length=16), default=list, verbose_name="约定的职责")
    free_services = ArrayField(models.CharField(max_length=16), default=list, verbose_name="免费的服务")

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
            models.CheckConstraint(
                condition=models.Q(pay_within_days__isnull=True) | models.Q(pay_within_days__range=(0, 60)),
                name="agreed_time_to_pay_is_days",
            ),
            models.CheckConstraint(
                condition=models.Q(report_within_days__isnull=True) | models.Q(report_within_days__range=(0, 60)),
                name="agreed_time_to_report_is_days",
            ),
        )

    @property
    def clause_words(self) -> list[str]:
        """The duties that the agreement names."""
        return [str(self.Clause(one).label) for one in self.clauses]

    @property
    def free_words(self) -> list[str]:
        """What it says is free of charge."""
        return [str(self.FreeService(one).label) for one in self.free_services]

    def __str__(self) -> str:
        return f"{self.debtor_name} · {self.document_no}"
