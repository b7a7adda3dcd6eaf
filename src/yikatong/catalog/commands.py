"""``yikatong catalog load``."""

from pathlib import Path

import click

from yikatong.core import boot


@click.group()
def catalog() -> None:
    """补贴政策清单。"""


@catalog.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help="以谁的名义起草（财政指标或主管部门经办的用户名）")
def load(file: Path, username: str) -> None:
    """从 CSV 起草一份补贴政策清单，提交财政审核；县政府批准后才公布生效。"""
    boot.ready()
    from yikatong.core import authz, clock
    from yikatong.core.models import Official
    from yikatong.core.refusals import Refused

    from . import actions

    at = clock.now()
    official = Official.objects.filter(username=username).first()
    if official is None:
        raise Refused(f"没有用户 {username}。请先用 yikatong officials load 装入人员。")
    actor = authz.actor_for(official, at.date())
    drafted = actions.load_catalog(content=file.read_bytes(), file=file.name, by=actor, at=at)
    click.echo(f"已起草 {drafted.no}《{drafted.title}》，{drafted.item_count} 项，待财政局另一位同事审核。")


COMMANDS = (catalog,)
