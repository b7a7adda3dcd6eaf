"""Forms of this room: they read what was posted; the database judges it."""

from typing import Any

from django import forms

from . import words


class ReasonForm(forms.Form):
    """Why something is sent back."""

    reason = forms.CharField(
        label="退回原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": words.NO_REASON},
    )


class AssembleForm(forms.Form):
    """Which accepted rosters go into a batch."""

    rosters = forms.TypedMultipleChoiceField(
        label="已接收的花名册",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": words.CHOOSE_ROSTERS, "invalid_choice": words.NOT_IN_THIS_BATCH},
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rosters"].choices = choices  # type: ignore[attr-defined]
