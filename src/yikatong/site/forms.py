"""Forms of the site's own pages."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """User name and password. What is wrong is said without telling which of the two."""

    error_messages = {
        "invalid_login": "用户名或密码不对。请再核对一遍，密码分大小写。",
        "inactive": "这个用户已停用，请联系系统管理员。",
    }

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"


class ReasonForm(forms.Form):
    """Why everything is stopped."""

    reason = forms.CharField(
        label="为什么停发",
        help_text="写清发现了什么、在哪里；所有人都会看到。",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明为什么停发。"},
    )
