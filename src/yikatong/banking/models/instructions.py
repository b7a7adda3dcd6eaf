"""What goes to the bank, and every step of its going. Both are written by the database's own functions alone."""

from django.db import models

from .providers import PaymentProvider, ServiceAgreement


class PaymentInstruction(models.Model):
    """代发指令: one sealed pain.001 file for a run of a request's payments, in the order of their ids.

    ``digest`` is the request's, ``lines_digest`` covers the payments of this file as the database holds them,
    ``body_digest`` the very bytes. ``audit_sequence`` and ``audit_head`` anchor the audit chain at the sealing.
    """

    request = models.ForeignKey("payments.PaymentRequest", models.PROTECT, related_name="+")
    agreement = models.ForeignKey(ServiceAgreement, models.PROTECT, related_name="instructions")
    provider = models.ForeignKey(PaymentProvider, models.PROTECT, related_name="instructions")
    message_id = models.CharField("指令编号", max_length=35, unique=True)
    file_no = models.IntegerField("文件序号")
    fiscal_year = models.SmallIntegerField("年度")
    first_payment_id = models.BigIntegerField()
    last_payment_id = models.BigIntegerField()
    count = models.BigIntegerField("笔数")
    total_fen = models.BigIntegerField("金额")
    digest = models.CharField("申请指纹", max_length=64)
    lines_digest = models.CharField("明细指纹", max_length=64)
    body = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    body_digest = models.CharField("文件指纹", max_length=64)
    not_after = models.DateTimeField("有效期至")
    audit_sequence = models.BigIntegerField()
    audit_head = models.CharField(max_length=64)
    sealed_at = models.DateTimeField("封存时间")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("request", "file_no"), name="instruction_file_is_numbered_once"),
            models.CheckConstraint(condition=models.Q(count__gt=0, total_fen__gt=0), name="instruction_pays_somebody"),
            models.CheckConstraint(
                condition=models.Q(first_payment_id__lte=models.F("last_payment_id")), name="instruction_is_a_run"
            ),
        )

    def __str__(self) -> str:
        return self.message_id


class InstructionManifest(models.Model):
    """指令清单: the signed manifest that goes to the bank with an instruction. Append-only; written by the database's own
    function alone. ``digest`` is the SHA-256 of its bytes; what it holds is in the sealed file, since the card hash total
    of a short file says too much of a card.
    """

    instruction = models.OneToOneField(PaymentInstruction, models.PROTECT, related_name="manifest")
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    digest = models.CharField("指纹", max_length=64)
    recorded_at = models.DateTimeField()


class InstructionEvent(models.Model):
    """One step of an instruction's way to the bank; the latest says where it stands. Append-only."""

    class Kind(models.TextChoices):
        SEALED = "sealed", "已封存，待发送"
        SENDING = "sending", "正在发送"
        ACKNOWLEDGED = "acknowledged", "银行已收到"
        UNKNOWN = "unknown", "结果未知"
        REFUSED = "refused", "银行整体拒收"
        VOID = "void", "已作废"

    instruction = models.ForeignKey(PaymentInstruction, models.PROTECT, related_name="events")
    sequence = models.SmallIntegerField()
    kind = models.CharField("进展", max_length=12, choices=Kind)
    note = models.CharField("说明", max_length=400, default="")
    official = models.ForeignKey("core.Official", models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("instruction_id", "sequence")
        constraints = (
            models.UniqueConstraint(fields=("instruction", "sequence"), name="instruction_events_in_order"),
            models.CheckConstraint(
                condition=models.Q(sequence__gt=1) | models.Q(sequence=1, kind="sealed"),
                name="instruction_begins_sealed",
            ),
        )
