"""Forms of this room: yuan as people write it becomes fen; the database judges the rest."""

from typing import Any

from django import forms

from yikatong.kit import money

from . import words
from .models import Allotment


class YuanField(forms.CharField):
    """An amount in yuan as people write it; cleaned to whole fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=24,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"required": words.AMOUNT_NEEDED},
            **kwargs,
        )

    def clean(self, value: Any) -> int:
        """Fen of what was written; an amount that is not understood, or is zero, is said so."""
        fen = money.parse_amount(super().clean(value))
        if fen is None:
            raise forms.ValidationError(words.AMOUNT_NEEDED)
        if fen <= 0:
            raise forms.ValidationError(words.AMOUNT_POSITIVE)
        return fen


class AllotmentForm(forms.Form):
    """What a budget document allots."""

    program = forms.TypedChoiceField(label="补贴项目", coerce=int)
    fiscal_year = forms.IntegerField(label="预算年度", min_value=2020, max_value=2040)
    source = forms.ChoiceField(label="资金来源", choices=Allotment.Source.choices)
    document_no = forms.CharField(label="指标文号", max_length=80, error_messages={"required": words.DOCUMENT_NEEDED})
    amount = YuanField(label="金额（元）")

    def __init__(self, *args: Any, programs: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].choices = programs  # type: ignore[attr-defined]


class ApplyForm(forms.Form):
    """The amount that the department declares; it types it, the system does not fill it in (I7)."""

    declared = YuanField(
        label="申报金额（元）", help_text="请按部门自己的台账填写，财政会与明细合计、批次总额三方核对。"
    )


class DrawdownForm(forms.Form):
    """The treasury's voucher."""

    voucher_no = forms.CharField(label="支付凭证号", max_length=60, error_messages={"required": words.VOUCHER_NEEDED})
