"""Forms of this room: they read what was posted; the database judges it."""

from typing import Any

from django import forms

from . import words
from .choosing import Choosing
from .models import Refund


class ChooseForm(forms.Form):
    """Which failed or returned payments; ``note`` says what was corrected."""

    outcomes = forms.TypedMultipleChoiceField(
        label="选中的人",
        coerce=int,
        error_messages={"required": words.CHOOSE, "invalid_choice": words.CHOOSE},
    )
    note = forms.CharField(
        label="说明",
        help_text="做了哪些更正，或者怎么核实的。",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, choices: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcomes"].choices = [(one, one) for one in choices]  # type: ignore[attr-defined]


class ManyForm(ChooseForm):
    """Those ticked on a page of many, or all of the set that was looked at; either way they are in ``outcomes``."""

    all = forms.CharField(required=False)

    def __init__(self, *args: Any, chosen: Choosing, **kwargs: Any) -> None:
        super().__init__(*args, choices=chosen.page_ids, **kwargs)
        self._chosen = chosen
        self.fields["outcomes"].required = False

    def clean(self) -> dict[str, Any]:
        """The whole set only as it was seen."""
        told: dict[str, Any] = self.cleaned_data
        if told.get("all"):
            if told["all"] != self._chosen.seal:
                self.add_error("outcomes", words.SET_CHANGED)
            told["outcomes"] = self._chosen.outcome_ids
        elif not told.get("outcomes") and "outcomes" not in self.errors:
            self.add_error("outcomes", words.CHOOSE)
        return told


class AcceptForm(ManyForm):
    """What the bank paid already of which payments; ``note`` says how that was found out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note = self.fields["note"]
        note.required, note.help_text = True, "怎么查实钱到了本人卡上、只到了一次，例如银行盖章的说明、本人流水。"
        note.error_messages["required"] = words.NEED_FOUND_OUT


class RefundForm(ManyForm):
    """Which money goes back to the treasury, and why."""

    cause = forms.ChoiceField(
        label="退回原因",
        choices=Refund.Cause.choices,
        widget=forms.RadioSelect,
        help_text="不符合领取条件的当月退清；当年无法纠错的年底前退清。",
        error_messages={"required": words.CHOOSE_CAUSE, "invalid_choice": words.CHOOSE_CAUSE},
    )
    voucher_no = forms.CharField(
        label="缴款书号",
        max_length=60,
        error_messages={"required": words.NEED_VOUCHER, "max_length": words.NEED_VOUCHER},
    )
    field_order = ("outcomes", "cause", "voucher_no", "note")
