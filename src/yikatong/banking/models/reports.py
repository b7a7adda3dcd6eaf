"""What the bank told us: its messages as they came, its statements line by line, and what does not agree."""

from django.db import models
from django.db.models.functions import Now

from .clearances import StatementUpload
from .providers import PaymentProvider, ServiceAgreement


class BankReport(models.Model):
    """回盘: one message of the bank, kept as it came and applied as a whole or not at all. Append-only.

    ``report_no`` is the bank's number for it in its mailbox. Messages about accounts that are not ours are
    remembered without their content (``file`` is NULL). ``upload`` marks a statement that people brought and confirmed.
    """

    class Standing(models.TextChoices):
        APPLIED = "applied", "已登记"
        STATEMENT = "statement", "对账单已登记"
        NOTHING_NEW = "nothing_new", "没有需要登记的结果"
        DUPLICATE_NOTICE = "duplicate_notice", "重复发送的提示"
        FOREIGN = "foreign", "与本系统无关"
        UNREADABLE = "unreadable", "读不了，没有登记"
        ALTERED = "altered", "编号重复、内容不同，没有登记"
        UNSIGNED = "unsigned", "没有签名或者签名不对，没有登记"

    provider = models.ForeignKey(PaymentProvider, models.PROTECT, related_name="reports")
    report_no = models.CharField("银行编号", max_length=120)
    kind = models.CharField("报文", max_length=40, default="")
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, related_name="+")
    digest = models.CharField("指纹", max_length=64)
    standing = models.CharField("处理结果", max_length=20, choices=Standing)
    sentence = models.TextField("说明", default="")
    row_count = models.BigIntegerField("行数", default=0)
    upload = models.OneToOneField(StatementUpload, models.PROTECT, null=True, related_name="report")
    received_at = models.DateTimeField("收到时间")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("-id",)
        constraints = (
            # What was refused for its signature may come again with the right one, even the same bytes.
            models.UniqueConstraint(
                fields=("provider", "report_no", "digest"),
                condition=~models.Q(standing="unsigned"),
                name="report_is_kept_once",
            ),
            models.UniqueConstraint(
                fields=("provider", "digest"),
                condition=~models.Q(standing="unsigned"),
                name="same_bytes_are_kept_once",
            ),
            models.UniqueConstraint(
                fields=("provider", "digest"),
                condition=models.Q(standing="unsigned"),
                name="unsigned_bytes_are_kept_once",
            ),
            models.CheckConstraint(
                condition=models.Q(file__isnull=False) | models.Q(standing="foreign"), name="our_reports_are_kept"
            ),
            # A person may bring a statement, which is compared; line results come from the bank's own channel alone.
            models.CheckConstraint(
                condition=models.Q(upload__isnull=True) | models.Q(standing="statement"),
                name="only_statements_are_uploaded",
            ),
        )


class BankStatement(models.Model):
    """银行对账单 of one business day of one zero-balance account (Q2). Append-only; written by the database alone.

    Balances in fen, negative when overdrawn. ``digest`` covers head and lines; the audit chain holds it too.
    """

    report = models.ForeignKey(BankReport, models.PROTECT, related_name="statements")
    agreement = models.ForeignKey(ServiceAgreement, models.PROTECT, related_name="statements")
    statement_no = models.CharField("对账单编号", max_length=40)
    day = models.DateField("日期")
    opening_fen = models.BigIntegerField("期初余额")
    closing_fen = models.BigIntegerField("期末余额")
    debit_count = models.BigIntegerField("付款笔数")
    debit_fen = models.BigIntegerField("付款金额")
    credit_count = models.BigIntegerField("收款笔数")
    credit_fen = models.BigIntegerField("收款金额")
    digest = models.CharField("指纹", max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-day", "-id")
        constraints = (models.UniqueConstraint(fields=("agreement", "day"), name="a_day_has_one_statement"),)

    @property
    def gap_fen(self) -> int:
        """What the lines leave unexplained between the balances."""
        return self.closing_fen - (self.opening_fen + self.credit_fen - self.debit_fen)


class StatementLine(models.Model):
    """One booking of the statement, which it names (held by the set, ``sql/install``). Append-only; written by the
    database alone.
    """

    statement = models.ForeignKey(
        BankStatement, models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )
    line_no = models.BigIntegerField()
    side = models.CharField("借贷", max_length=6)
    amount_fen = models.BigIntegerField("金额")
    bank_reference = models.CharField("银行流水号", max_length=80)
    end_to_end_id = models.CharField("款项编号", max_length=80)
    message_id = models.CharField("指令编号", max_length=80)
    booked_on = models.DateField("入账日")
    return_reason = models.CharField("退回原因", max_length=16)

    class Meta:
        ordering = ("statement_id", "line_no")
        indexes = (models.Index(fields=("end_to_end_id",), name="statement_line_by_payment"),)
        constraints = (
            models.UniqueConstraint(fields=("statement", "line_no"), name="statement_line_stands_once"),
            models.CheckConstraint(condition=models.Q(side__in=("debit", "credit")), name="statement_line_has_a_side"),
            models.CheckConstraint(condition=models.Q(amount_fen__gt=0), name="statement_line_moves_something"),
        )


class OtherCardLine(models.Model):
    """入他卡明细: a booking for which the statement names another card than the one that was to be paid (C08).

    Found while the statement is taken in; nothing closes over it before its difference is settled. Append-only; written
    by the database alone.
    """

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    line_no = models.BigIntegerField()
    request = models.ForeignKey("payments.PaymentRequest", models.PROTECT, related_name="+")
    end_to_end_id = models.CharField("款项编号", max_length=80)
    amount_fen = models.BigIntegerField("金额")

    class Meta:
        ordering = ("statement_id", "line_no")
        constraints = (models.UniqueConstraint(fields=("statement", "line_no"), name="other_card_line_stands_once"),)


class Comparison(models.Model):
    """When a statement was last compared with the line results, and how many kinds of difference there were.

    No fact: it only spares a statement that agreed from being gone through again before anything new is reported.
    """

    statement = models.OneToOneField(BankStatement, models.PROTECT, related_name="comparison")
    applied_report_id = models.BigIntegerField()
    kind_count = models.IntegerField()
    compared_at = models.DateTimeField()


class Break(models.Model):
    """对账差异: something about a statement that does not agree, with both figures. A flow subject (Q2).

    Made by the database alone: raised → explained by its owner → settled by finance. Settling a difference changes no
    figure: a request closes only when line results and statement are equal. ``owner`` is who has to find out the
    cause (``banking_owner_of``), ``day`` the bank's day it is about, ``agreement`` the account.
    """

    class Owner(models.TextChoices):
        BANK = "bank", "代发机构"
        FINANCE = "finance", "财政"
        DEPARTMENT = "department", "主管部门"

    class Kind(models.TextChoices):
        GAP = "gap", "期末余额与逐笔不符"
        CHAIN = "chain", "期初余额接不上前一天"
        UNKNOWN_DEBIT = "unknown_debit", "付款不是这个账户的指令"
        BOOKED_NOT_REPORTED = "booked_not_reported", "对账单有付款，回盘没有到账"
        REPORTED_NOT_BOOKED = "reported_not_booked", "回盘已到账，对账单没有付款"
        AMOUNT = "amount", "回盘与对账单金额不同"
        OTHER_CARD = "other_card", "对账单写的卡不是指令的卡"
        OTHER_NAME = "other_name", "银行写的收款人不是指令的人"
        REFERENCE = "reference", "回盘与对账单流水号不同"
        TWICE = "twice", "对账单上付了两次"
        RETURN_NOT_REPORTED = "return_not_reported", "对账单有退回，没有收到退票"
        RETURN_NOT_BOOKED = "return_not_booked", "收到退票，对账单没有退回"
        OTHER_STATEMENT = "other_statement", "同一天来了内容不同的对账单"
        ALTERED_REPORT = "altered_report", "同一编号的回盘内容不同"
        UNSIGNED_REPORT = "unsigned_report", "回盘没有签名或者签名不对"
        UNKNOWN_MESSAGE = "unknown_message", "回盘的指令不是本系统的"
        REPORT_GAP = "report_gap", "回盘缺号，等银行补发"
        PAID_THOUGH_VOID = "paid_though_void", "作废的指令银行付了款"
        SWAPPED = "swapped", "合计相同，几笔的金额互换了"
        FEE = "fee", "扣款不是发放（疑似收费）"
        STATEMENT_MISSING = "statement_missing", "有发放的日子没有对账单"
        STATEMENT_LATE = "statement_late", "对账单来晚了"
        RESULT_NOT_POSTED = "result_not_posted", "回盘已登记，资金账没有记"
        POSTED_OTHERWISE = "posted_otherwise", "资金账与回盘金额不同"
        POSTED_WITHOUT_RESULT = "posted_without_result", "资金账有到账，没有回盘"
        LINES_OTHERWISE = "lines_otherwise", "系统明细与指令文件的合计不同"
        PUBLISHED_OTHERWISE = "published_otherwise", "公示的到账与实际到账不同"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField("差异", max_length=24, choices=Kind)
    owner = models.CharField("责任方", max_length=12, choices=Owner, default="bank")
    day = models.DateField("账务日", null=True)
    agreement = models.ForeignKey(ServiceAgreement, models.PROTECT, null=True, related_name="breaks")
    report = models.ForeignKey(BankReport, models.PROTECT, null=True, related_name="breaks")
    statement = models.ForeignKey(BankStatement, models.PROTECT, null=True, related_name="breaks")
    request = models.ForeignKey("payments.PaymentRequest", models.PROTECT, null=True, related_name="+")
    count = models.BigIntegerField("笔数")
    expected_fen = models.BigIntegerField("系统金额")
    found_fen = models.BigIntegerField("银行金额")
    sample = models.CharField("例如", max_length=80, default="")
    found_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    state = models.CharField("状态", max_length=24, default="raised")
    version = models.IntegerField(default=0)
    digest = models.CharField(max_length=64)
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("state",), name="break_by_state"),)
