"""Forms of the catalog: they read what was posted; actions and the database judge it."""

from typing import Any

from django import forms

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FILE_SIZE_MAX = 2 * 1024 * 1024


class ListForm(forms.Form):
    """A catalog file."""

    file = forms.FileField(
        label="清单文件",
        help_text="CSV 文件，每个补贴项目一行。列：项目编码、上级编码、项目名称、补贴标准（元）、单位、发放对象、发放周期、主管部门。",
        error_messages={"required": "请选择清单文件。", "empty": "这个文件是空的，请重新导出。"},
    )

    def clean_file(self) -> Any:
        """A catalog is small; anything else is a mistake."""
        file = self.cleaned_data["file"]
        if file.size > FILE_SIZE_MAX:
            raise forms.ValidationError("文件超过 2 MB，不像是补贴政策清单。请检查后再传。")
        return file


class CycleForm(forms.Form):
    """One round of a program with its deadlines."""

    program = forms.ChoiceField(label="补贴项目", error_messages={"required": "请选择补贴项目。"})
    label = forms.CharField(
        label="周期",
        max_length=8,
        help_text="按年写 2026，按季写 2026-Q3，按月写 2026-09。",
        error_messages={"required": "请填写周期，例如 2026。"},
    )
    roster_due_on = forms.DateField(
        label="花名册报送期限", widget=DAY, error_messages={"required": "请填写乡镇最晚哪天报送。"}
    )
    pay_due_on = forms.DateField(
        label="发放期限",
        widget=DAY,
        help_text="最早是报送期限加公示天数再加一天。",
        error_messages={"required": "请填写最晚哪天发到卡上。"},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["program"].choices = choices  # type: ignore[attr-defined]
