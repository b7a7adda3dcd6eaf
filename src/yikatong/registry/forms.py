"""Forms of the registry: they read what was posted; actions and the database judge it."""

from typing import Any

from django import forms

from .queries import CardShown

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CardsForm(forms.Form):
    """A file of cards from the card office."""

    file = forms.FileField(
        label="社保卡文件",
        help_text="人社导出的 CSV。列：姓名、身份证号、社保卡卡号、行号、状态、发卡日期。",
        error_messages={"required": "请选择社保卡文件。", "empty": "这个文件是空的，请重新导出。"},
    )
    as_of = forms.DateField(
        label="数据日期",
        widget=DAY,
        help_text="人社哪一天导出的。",
        error_messages={"required": "请填写数据日期。"},
    )


class ChangeForm(forms.Form):
    """Another of the person's own cards, and why."""

    card = forms.TypedChoiceField(label="改发到", coerce=int, error_messages={"required": "请选择一张卡。"})
    reason = forms.CharField(
        label="原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明本人为什么要换卡。"},
    )
    confirmed_on = forms.DateField(
        label="本人确认日期",
        widget=DAY,
        help_text="本人带身份证到乡镇窗口确认的那一天。",
        error_messages={"required": "请填写本人确认的日期。"},
    )

    def __init__(self, *args: Any, cards: list[CardShown], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.card.pk, f"{one.card.masked} {one.card.bank.name}") for one in cards if one.status == "active"]
        self.fields["card"].choices = choices  # type: ignore[attr-defined]
