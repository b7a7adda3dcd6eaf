"""Forms of the ways back: they read what was posted; the database judges it."""

from typing import Any

from django import forms

from yikatong.kit import money

from . import words
from .forms import ChooseForm
from .models import Recovery

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class YuanField(forms.CharField):
    """An amount in yuan as people write it; cleaned to whole fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=24,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"required": words.NEED_AMOUNT},
            **kwargs,
        )

    def clean(self, value: Any) -> int:
        """Fen of what was written; an amount that is not understood, or is zero, is said so."""
        fen = money.parse_amount(super().clean(value))
        if not fen:
            raise forms.ValidationError(words.NEED_AMOUNT)
        return fen


class RecoveryForm(forms.Form):
    """What is demanded back of which credited payment, why, and until when."""

    payment = forms.TypedChoiceField(
        label="哪一笔",
        coerce=int,
        error_messages={"required": words.CHOOSE_PAYMENT, "invalid_choice": words.CHOOSE_PAYMENT},
    )
    cause = forms.ChoiceField(label="原因", choices=Recovery.Cause.choices, widget=forms.RadioSelect)
    amount = YuanField(label="追回金额（元）", help_text="不超过这一笔到账、还没有追回的金额。")
    demanded_on = forms.DateField(label="追缴通知日", widget=_DAY)
    due_on = forms.DateField(label="限期", widget=_DAY, help_text="通知书上写的最后一天。")
    reason = forms.CharField(
        label="依据",
        max_length=500,
        help_text="例如死亡证明、核查结论的文号。",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": words.NEED_REASON},
    )

    def __init__(self, *args: Any, choices: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payment"].choices = [(one, one) for one in choices]  # type: ignore[attr-defined]


class ReceiptForm(forms.Form):
    """One payment in on a recovery."""

    amount = YuanField(label="收回金额（元）")
    voucher_no = forms.CharField(
        label="收款凭证号", max_length=60, error_messages={"required": words.NEED_RECEIPT_VOUCHER}
    )
    received_on = forms.DateField(label="收款日", widget=_DAY)


class ReceiptRefundForm(ChooseForm):
    """Which receipts go to the treasury, by which voucher."""

    voucher_no = forms.CharField(label="缴款书号", max_length=60, error_messages={"required": words.NEED_VOUCHER})
    field_order = ("outcomes", "voucher_no", "note")
