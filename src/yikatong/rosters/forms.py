"""Forms of the roster pages."""

from collections.abc import Iterable
from typing import Any

from django import forms

from yikatong.core.authz import areas_seen
from yikatong.core.refusals import NotFound
from yikatong.kit import columns
from yikatong.kit.sheets import column_letter

from . import cells, resuming, words
from .models import Upload
from .rules.told import Head, can_be_headings

ACCEPT = ".xlsx,.xls,.csv"


class FileForm(forms.Form):
    """A file: with the form itself, or sent in pieces before (``upload``). ``again`` lets the same file in once more."""

    upload = forms.IntegerField(required=False, widget=forms.HiddenInput)
    again = forms.BooleanField(label="同一份表还是要传", required=False)
    piece_bytes = resuming.PIECE_BYTES

    def __init__(self, *arguments: Any, actor: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._actor = actor
        # A file that came in pieces need not come again.
        self.fields["file"].required = not (self.data or {}).get("upload")
        self.fields["file"].error_messages["required"] = words.NO_FILE_CHOSEN

    def clean_upload(self) -> Upload | None:
        """The upload itself, whole and the actor's own."""
        try:
            found = (
                resuming.upload_for(self._actor, self.cleaned_data["upload"]) if self.cleaned_data["upload"] else None
            )
        except NotFound as missing:
            self.fields["file"].required = True
            raise forms.ValidationError(words.NO_SUCH_UPLOAD) from missing
        if found is not None and not resuming.is_whole(found):
            self.fields["file"].required = True
            raise forms.ValidationError(words.NOT_WHOLE)
        return found

    def clean(self) -> dict[str, Any]:
        """``content`` and ``filename``, whichever way they came."""
        told: dict[str, Any] = self.cleaned_data
        upload, file = told.get("upload"), told.get("file")
        if upload is None and file is None and not self.errors:
            self.add_error("file", words.NO_FILE_CHOSEN)
        told["content"] = upload or (file and file.file)
        told["filename"] = upload.name if upload else file and file.name
        return told

    @property
    def arrived(self) -> Upload | None:
        """What has arrived in pieces while something else was refused: it need not be chosen again."""
        return self.cleaned_data.get("upload") if self.is_bound and hasattr(self, "cleaned_data") else None

    @property
    def refusal(self) -> str:
        """The first error as a sentence."""
        return str(next(iter(self.errors.values()))[0])


class UploadForm(FileForm):
    """A file for a cycle and a place. The place is the clerk's own."""

    cycle = forms.ChoiceField(label="补贴项目和周期")
    area = forms.ChoiceField(label="地方")
    file = forms.FileField(
        label="花名册文件",
        help_text=".xlsx、.xls 或 .csv，照您平时的表就行，不用改格式。",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *arguments: Any, cycles: Iterable[Any], actor: Any, **named: Any) -> None:
        super().__init__(*arguments, actor=actor, **named)
        # Every field is a choice of the clerk's own.
        self.fields["cycle"].choices = [(one.no, f"{one.program.name} {one.label}") for one in cycles]  # type: ignore[attr-defined]
        self.fields["area"].choices = [(area.code, area.name) for area in areas_seen(actor)]  # type: ignore[attr-defined]


class ReplaceForm(FileForm):
    """Another file for the same roster."""

    file = forms.FileField(label="改好的表", widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}))


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


class HeadingsForm(forms.Form):
    """In which row the headings stand, and one choice a column letter, '' for a column that is not used."""

    header_row = forms.IntegerField(min_value=1)

    def __init__(self, *arguments: Any, head: Head, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.head = head
        self.fields["header_row"].initial = head.header_row
        choices = [("", "不用"), *columns.FIELDS.items()]
        self.places = [place for place, texts in enumerate(zip(*head.rows, strict=True)) if any(texts)]
        for place in self.places:
            letter = column_letter(place)
            known = head.fields[place] if place < len(head.fields) else None
            self.fields[letter] = forms.ChoiceField(
                label=f"{letter} 列",
                choices=choices,
                required=False,
                initial=known or "",
                widget=forms.Select(attrs={"class": "he-input"}),
            )

    @property
    def mapping(self) -> dict[str, str | None]:
        """Column letter -> field; None for 'not used'."""
        return {name: field or None for name, field in self.cleaned_data.items() if name != "header_row"}

    @property
    def columns(self) -> list[forms.BoundField]:
        """The choices of the columns, from left to right."""
        return [self[column_letter(place)] for place in self.places]

    @property
    def rows(self) -> list[tuple[int, bool, bool, list[str]]]:
        """Number, whether it is the chosen row, whether it can be, and the texts of each row that is shown."""
        chosen = str(self["header_row"].value())
        return [
            (number, str(number) == chosen, can_be_headings(texts), [texts[place] for place in self.places])
            for number, texts in enumerate(self.head.rows, start=self.head.first_row)
            if any(texts)
        ]


def changes_of_rows(posted: Any) -> dict[str, dict[str, str]]:
    """Row key -> field -> text, from the cells that were mended in place (named ``row_key:field``)."""
    told: dict[str, dict[str, str]] = {}
    for name in posted:
        row_key, _, field = name.rpartition(":")
        if row_key and field in cells.SHOWN:
            told.setdefault(row_key, {})[field] = posted[name].strip()
    return told


def accepted_cells(posted: Any) -> dict[str, set[str]]:
    """Row key -> fields whose cell the clerk says is right as it is shown (values ``row_key:field``)."""
    told: dict[str, set[str]] = {}
    for one in posted.getlist("accept"):
        row_key, _, field = one.rpartition(":")
        if row_key and field in cells.SHOWN:
            told.setdefault(row_key, set()).add(field)
    return told


def changes(posted: Any) -> dict[str, str]:
    """The fields of one row that the clerk filled in, by field."""
    return {field: posted[field].strip() for field in cells.SHOWN if field in posted}
