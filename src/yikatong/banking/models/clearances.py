"""What two people decide where no machine may: an instruction nobody knows the fate of, a statement brought by hand."""

from django.db import models

from .instructions import PaymentInstruction
from .providers import PaymentProvider


class Clearance(models.Model):
    """人工查清: what became of an instruction that the bank neither dedupes nor lets expire (RELIABILITY 2.4), or of a void
    one that the bank paid after all.

    A flow subject: the bank's operator prepares it with the signed day-end statement, finance approves. Made by the
    database alone; ``applied_at`` is when its verdict took effect.
    """

    class Verdict(models.TextChoices):
        RECEIVED = "received", "银行已收到，等结果"
        NOT_RECEIVED = "not_received", "银行没有收到，作废后换编号重发"
        REINSTATED = "reinstated", "作废的这份才是银行办理的，换编号的那份没有付、今后也不会付"

    instruction = models.ForeignKey(PaymentInstruction, models.PROTECT, related_name="clearances")
    verdict = models.CharField("查实的结果", max_length=16, choices=Verdict)
    proof = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    note = models.CharField("说明", max_length=400)
    prepared_at = models.DateTimeField("提交时间")
    applied_at = models.DateTimeField(null=True)
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField(max_length=64)
    case_no = models.CharField(max_length=60)
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("instruction",),
                condition=models.Q(state__in=("drafted", "prepared")),
                name="one_clearance_at_a_time",
            ),
        )


class StatementUpload(models.Model):
    """手工上传的对账单: used only after a second person confirmed the difference that was shown. A flow subject.

    ``difference`` is what the statement says beside what is known, as it was shown: counts, fen and examples by kind.
    ``digest`` covers file and difference, so whoever confirms signs what they saw.
    """

    provider = models.ForeignKey(PaymentProvider, models.PROTECT, related_name="uploads")
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    file_digest = models.CharField("文件指纹", max_length=64)
    difference = models.JSONField()
    note = models.CharField("为什么手工上传", max_length=400)
    uploaded_at = models.DateTimeField("上传时间")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField(max_length=64)
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("provider", "file_digest"),
                condition=~models.Q(state="declined"),
                name="a_statement_is_uploaded_once",
            ),
        )


class Inquiry(models.Model):
    """催问银行: that the bank was asked about an instruction whose lines are overdue, and what it said. Append-only."""

    class Answer(models.TextChoices):
        RECEIVED = "received", "银行说已收到"
        NOT_FOUND = "not_found", "银行说没有"
        REFUSED = "refused", "银行说整体拒收"
        NO_ANSWER = "no_answer", "没有问到"

    instruction = models.ForeignKey(PaymentInstruction, models.PROTECT, related_name="inquiries")
    answer = models.CharField("答复", max_length=12, choices=Answer)
    count = models.BigIntegerField("没有结果的笔数")
    total_fen = models.BigIntegerField("金额")
    asked_at = models.DateTimeField("询问时间")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
