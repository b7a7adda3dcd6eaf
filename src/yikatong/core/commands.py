"""``yikatong areas load`` and ``yikatong officials load``: the ground on which everything else stands."""

from datetime import date
from pathlib import Path

import click

from . import boot

CSV = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def areas() -> None:
    """行政区划。"""


@areas.command("load")
@click.argument("file", type=CSV)
def load_areas(file: Path) -> None:
    """装入行政区划 CSV（code, name, level, parent_code）。可以重复执行。"""
    boot.ready(as_owner=True)
    from . import actions

    click.echo(f"装入 {actions.load_areas(path=file)} 个行政区划。")


@click.group()
def officials() -> None:
    """机构、人员和任职。"""


@officials.command("load")
@click.argument("file", type=CSV)
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), required=True, help="任职起始日期")
def load_officials(file: Path, valid_from: date) -> None:
    """装入人员和任职 CSV（username, name, role, agency_name, agency_kind, area_code）。可以重复执行。"""
    boot.ready(as_owner=True)
    from . import actions

    count = actions.load_officials(path=file, valid_from=valid_from)
    click.echo(f"装入 {count} 条任职。新人员先用“yikatong officials password 用户名”设置密码，才能登录。")


@officials.command("password")
@click.argument("username")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def set_password(username: str, password: str) -> None:
    """设置一个人员的登录密码。"""
    boot.ready(as_owner=True)
    from .models import Official
    from .refusals import Refused

    official = Official.objects.filter(username=username, is_machine=False).first()
    if official is None:
        raise Refused(f"没有用户 {username}。请先用 yikatong officials load 装入。")
    if len(password) < 10:
        raise Refused("密码至少 10 位。")
    official.set_password(password)
    official.save(update_fields=["password"])
    click.echo(f"{official.name} 的密码已设置。")


COMMANDS = (areas, officials)
