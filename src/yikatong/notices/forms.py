"""Forms of the notice pages."""

from collections.abc import Iterable
from typing import Any

from django import forms


class ProofForm(forms.Form):
    """A photograph or scan, and whose board it shows."""

    village = forms.ChoiceField(label="哪里的公开栏", required=False)
    file = forms.FileField(
        label="照片或扫描件",
        help_text="JPG、PNG 或 PDF，不超过 10 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
    )

    def __init__(self, *arguments: Any, villages: Iterable[Any], with_township: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        choices = [("", "乡镇公开栏")] if with_township else []
        self.fields["village"].choices = choices + [(one.village_code, one.name) for one in villages]  # type: ignore[attr-defined]


class ObjectionForm(forms.Form):
    """What somebody says about one line."""

    text = forms.CharField(label="异议内容", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    raised_by_name = forms.CharField(label="提出人", max_length=60, required=False)
