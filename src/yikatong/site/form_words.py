"""Django's own form messages, said so that people know what to do."""

from django.core import validators
from django.forms import fields, models


def install() -> None:
    """Replace the default messages of fields and validators; called once at start."""
    fields.Field.default_error_messages["required"] = "这一项要填。"
    fields.IntegerField.default_error_messages["invalid"] = "请填整数，例如 12。"
    fields.DecimalField.default_error_messages["invalid"] = "请填数字，例如 95.30。"
    fields.DateField.default_error_messages["invalid"] = "请按 2026-11-21 这样填日期。"
    fields.DateTimeField.default_error_messages["invalid"] = "请按 2026-11-21 10:30 这样填时间。"
    fields.FileField.default_error_messages.update(
        required="请选一个文件。",
        invalid="没有收到文件，请重新选择。",
        missing="没有收到文件，请重新选择。",
        empty="这个文件是空的，请换一个。",
    )
    fields.ChoiceField.default_error_messages["invalid_choice"] = "请从列出的几项里选，没有“%(value)s”这一项。"
    models.ModelChoiceField.default_error_messages["invalid_choice"] = "请从列出的几项里选一项。"
    validators.MinValueValidator.message = "不能小于 %(limit_value)s。"
    validators.MaxValueValidator.message = "不能大于 %(limit_value)s。"
    validators.MinLengthValidator.message = "至少要 %(limit_value)d 个字，您填了 %(show_value)d 个。"
    validators.MaxLengthValidator.message = "最多 %(limit_value)d 个字，您填了 %(show_value)d 个。"
    validators.ProhibitNullCharactersValidator.message = "里面有看不见的字符，请删掉重填。"
