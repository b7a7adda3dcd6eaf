"""Forms of this room: they read what was posted; the database judges it."""

from typing import Any

from django import forms

from . import words
from .models import Clearance, PaymentProvider, ServiceComplaint


class ClearanceForm(forms.Form):
    """What was found out about an instruction at the bank."""

    verdict = forms.ChoiceField(label="查实的结果", widget=forms.RadioSelect)
    proof = forms.FileField(label="银行盖章的日终对账单", help_text="扫描件或照片；财政审批时要看它。")
    note = forms.CharField(
        label="说明",
        help_text="向银行哪位查的、对账单哪一页。",
        max_length=390,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, is_void: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reinstated = Clearance.Verdict.REINSTATED
        choices = [choice for choice in Clearance.Verdict.choices if (choice[0] == reinstated) == is_void]
        self.fields["verdict"].choices = choices  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    """A bank statement brought by hand."""

    provider = forms.ModelChoiceField(label="代发机构", queryset=PaymentProvider.objects.none(), empty_label=None)
    file = forms.FileField(label="银行对账单文件", help_text="银行给的原文件，不要打开另存。只收对账单，不收逐笔结果。")
    note = forms.CharField(
        label="为什么手工上传",
        help_text="银行通道哪里出了问题，文件从哪里来。",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, providers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = providers  # type: ignore[attr-defined]


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
