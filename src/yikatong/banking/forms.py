"""Forms of this room."""

from typing import Any

from django import forms

from . import words
from .models import PaymentProvider, ServiceComplaint


class ComplaintForm(forms.Form):
    """What somebody says of a bank."""

    provider = forms.TypedChoiceField(label="银行", coerce=int)
    kind = forms.ChoiceField(label="事由", choices=ServiceComplaint.Kind.choices)
    happened_on = forms.DateField(label="发生日期", widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(
        label="投诉内容", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text=words.COMPLAINT_TEXT,
        error_messages={"required": words.COMPLAINT_TEXT},
    )  # fmt: skip
    complainant_name = forms.CharField(label="投诉人", max_length=60, required=False, help_text="可以不留姓名。")

    def __init__(self, *args: Any, providers: list[PaymentProvider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = [(one.pk, one.name) for one in providers]  # type: ignore[attr-defined]
