"""What is told about money that arrived: the facts for publication and one text message per credited payment."""

from django.db import models


class PaidNotice(models.Model):
    """再公示的依据: what one closed payment request really paid, and when. Append-only; made by the database alone.

    「补贴资金发放后 5 日内…对实际发放情况、实际发放时间进行再公示」 (L7): ``due_on`` is five days after the last credit.
    """

    request = models.OneToOneField("payments.PaymentRequest", models.PROTECT, related_name="+")
    count = models.BigIntegerField("到账笔数")
    total_fen = models.BigIntegerField("到账金额")
    paid_from = models.DateField("最早到账日")
    paid_to = models.DateField("最晚到账日")
    due_on = models.DateField("应公开日")
    digest = models.CharField("指纹", max_length=64)
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")
    facts_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(count__gt=0, total_fen__gt=0), name="paid_notice_paid_somebody"),
            models.CheckConstraint(condition=models.Q(paid_to__gte=models.F("paid_from")), name="paid_days_in_order"),
        )


class PaidVillage(models.Model):
    """What a notice tells of one village, as it was recorded: payments and fen. Append-only.

    The village's entitlements lie between the first and the last id, and where a roster goes village by village nobody
    else's do.
    Written by ``disclosure_write_villages`` in the transaction of the notice; what came back since is looked up beside it.
    """

    notice = models.ForeignKey(PaidNotice, models.PROTECT, related_name="villages")
    township_code = models.CharField(max_length=12)
    village_code = models.CharField(max_length=12)
    count = models.BigIntegerField("到账笔数")
    total_fen = models.BigIntegerField("到账金额")
    first_entitlement_id = models.BigIntegerField()
    last_entitlement_id = models.BigIntegerField()

    class Meta:
        ordering = ("notice", "township_code", "village_code")
        constraints = (
            models.UniqueConstraint(fields=("notice", "township_code", "village_code"), name="village_is_told_once"),
        )


class SmsMessage(models.Model):
    """One text message for one credited payment (L4–L6). Append-only; made by the database alone.

    That notice and person are those of the payment is held by the set (``sql/install``).

    The number stays sealed with the person: the sender opens it when it sends.
    """

    notice = models.ForeignKey(PaidNotice, models.PROTECT, related_name="messages", db_constraint=False)
    fiscal_year = models.SmallIntegerField()
    payment_id = models.BigIntegerField()
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    text = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("fiscal_year", "payment_id"), name="one_message_a_credited_payment"),
        )


class SmsDelivery(models.Model):
    """That a message was handed over, by which sender, or that there is no number to send it to. Append-only."""

    class Result(models.TextChoices):
        WRITTEN = "written", "已发出"
        NO_MOBILE = "no_mobile", "没有手机号"

    message = models.OneToOneField(SmsMessage, models.PROTECT, related_name="delivery")
    sender = models.CharField(max_length=40)
    result = models.CharField(max_length=12, choices=Result)
    delivered_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=models.Q(result__in=("written", "no_mobile")), name="delivery_is_known"),
        )


class TwoWayVerification(models.Model):
    """双向验证: what was published of one closed request beside ledger, bank results and bank statement. Append-only.

    「公示信息与银行到账信息双向验证」: ``unbooked_count`` published lines have no debit of their amount on any statement,
    ``unpublished_count`` debits of the request's payments were not published. Counts less what came back. Made by
    ``disclosure_verify_both_ways`` alone; the newest counts.
    """

    notice = models.ForeignKey(PaidNotice, models.PROTECT, related_name="verifications")
    published_count = models.BigIntegerField("公示笔数")
    published_fen = models.BigIntegerField("公示金额")
    posted_fen = models.BigIntegerField("资金账金额")
    reported_count = models.BigIntegerField("回盘笔数")
    reported_fen = models.BigIntegerField("回盘金额")
    booked_count = models.BigIntegerField("对账单笔数")
    booked_fen = models.BigIntegerField("对账单金额")
    unbooked_count = models.BigIntegerField("公示了、银行没有付")
    unpublished_count = models.BigIntegerField("银行付了、没有公示")
    verified_at = models.DateTimeField("验证时间")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("notice", "-id"), name="verification_newest"),)

    @property
    def agrees(self) -> bool:
        """Whether all four say the same, as sums and line by line."""
        counts = {self.published_count, self.reported_count, self.booked_count}
        sums = {self.published_fen, self.posted_fen, self.reported_fen, self.booked_fen}
        return len(counts) == len(sums) == 1 and not self.unbooked_count and not self.unpublished_count
