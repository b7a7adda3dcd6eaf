"""Forms of the roster pages."""

from collections.abc import Iterable
from typing import Any

from django import forms

from yikatong.core.authz import areas_seen
from yikatong.kit import columns

from . import cells

ACCEPT = ".xlsx,.xls,.csv"


class UploadForm(forms.Form):
    """A file for a cycle and a place. The place is the clerk's own."""

    cycle = forms.ChoiceField(label="补贴项目和周期")
    area = forms.ChoiceField(label="地方")
    file = forms.FileField(
        label="花名册文件",
        help_text=".xlsx、.xls 或 .csv，照您平时的表就行，不用改格式。",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )
    again = forms.BooleanField(label="同一份表还是要传", required=False)

    def __init__(self, *arguments: Any, cycles: Iterable[Any], actor: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # Every field is a choice of the clerk's own.
        self.fields["cycle"].choices = [(one.no, f"{one.program.name} {one.label}") for one in cycles]  # type: ignore[attr-defined]
        self.fields["area"].choices = [(area.code, area.name) for area in areas_seen(actor)]  # type: ignore[attr-defined]


class ReplaceForm(forms.Form):
    """Another file for the same roster."""

    file = forms.FileField(label="改好的表", widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}))
    again = forms.BooleanField(label="同一份表还是要传", required=False)


class ReasonForm(forms.Form):
    """A reason that stays in the trail."""

    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class MappingForm(forms.Form):
    """Which column is which field: one choice a column letter, '' for a column that is not used."""

    def __init__(self, *arguments: Any, mapping: Iterable[dict[str, Any]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        choices = [("", "不用"), *columns.FIELDS.items()]
        for column in mapping:
            self.fields.setdefault(
                column["column"],
                forms.ChoiceField(
                    label=f"{column['column']} 列：{column['header']}",
                    choices=choices,
                    required=False,
                    initial=column["field"] or "",
                ),
            )

    @property
    def mapping(self) -> dict[str, str | None]:
        """Column letter -> field; None for 'not used'."""
        return {letter: field or None for letter, field in self.cleaned_data.items()}


def changes_of_rows(posted: Any) -> dict[str, dict[str, str]]:
    """Row key -> field -> text, from the cells that were mended in place (named ``row_key:field``)."""
    told: dict[str, dict[str, str]] = {}
    for name in posted:
        row_key, _, field = name.rpartition(":")
        if row_key and field in cells.SHOWN:
            told.setdefault(row_key, {})[field] = posted[name].strip()
    return told


def changes(posted: Any) -> dict[str, str]:
    """The fields of one row that the clerk filled in, by field."""
    return {field: posted[field].strip() for field in cells.SHOWN if field in posted}
