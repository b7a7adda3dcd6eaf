"""What people say of a bank that pays for the county."""

from django.db import models

from .providers import PaymentProvider


class ServiceComplaint(models.Model):
    """服务投诉: somebody says that a bank does not do what was agreed (S3, S6, S15, S17). A flow subject.

    Recorded → answered by the bank operator → closed by finance. The application adds rows and changes none; the answer
    is the decision's reason. No number of a card or person belongs into ``text`` (CHECK).
    """

    class Kind(models.TextChoices):
        FEE = "fee", "收费"
        WITHDRAWAL = "withdrawal", "拒绝或限制取款"
        ACTIVATION = "activation", "办卡激活"
        SLOW = "slow", "到账慢"
        ATTITUDE = "attitude", "服务态度"
        OTHER = "other", "其他"

    provider = models.ForeignKey(PaymentProvider, models.PROTECT, related_name="complaints")
    kind = models.CharField("事由", max_length=12, choices=Kind)
    text = models.CharField("投诉内容", max_length=500)
    complainant_name = models.CharField("投诉人", max_length=60, default="", blank=True)
    happened_on = models.DateField("发生日期")
    recorded_at = models.DateTimeField("登记时间")
    state = models.CharField("状态", max_length=24, default="drafted")
    version = models.IntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    case_no = models.CharField(max_length=60, default="")
    area_code = models.CharField(max_length=12)
    agency = models.ForeignKey("core.Agency", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=("provider", "happened_on"), name="complaint_by_provider"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(text__regex=r"\S"), name="complaint_says_something"),
            models.CheckConstraint(condition=~models.Q(text__regex=r"[0-9]{9}"), name="complaint_tells_no_number"),
            models.CheckConstraint(
                condition=models.Q(kind__in=("fee", "withdrawal", "activation", "slow", "attitude", "other")),
                name="complaint_kind_is_known",
            ),
        )
