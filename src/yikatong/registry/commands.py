"""``yikatong county load`` and ``yikatong cards load``."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from yikatong.core import boot


def _actor(username: str) -> Any:
    from yikatong.core import authz, clock
    from yikatong.core.models import Official
    from yikatong.core.refusals import Refused

    official = Official.objects.filter(username=username).first()
    if official is None:
        raise Refused(f"没有用户 {username}。请先用 yikatong officials load 装入人员。")
    return authz.actor_for(official, clock.today())


@click.group()
def county() -> None:
    """一个县的人员、户和银行。"""


@county.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help="以谁的名义导入（人社发卡岗位的用户名）")
def load_county(folder: Path, username: str) -> None:
    """装入 FOLDER 里的 banks.csv、households.csv 和 people.csv。可以重复执行。"""
    boot.ready()
    from yikatong.core import clock
    from yikatong.core.refusals import Refused

    from . import actions

    wanted = {name: folder / name for name in ("banks.csv", "households.csv", "people.csv")}
    missing = [name for name, path in wanted.items() if not path.is_file()]
    if missing:
        raise Refused(f"{folder} 里没有 {'、'.join(missing)}。请放好再执行。")
    by, at = _actor(username), clock.now()
    content = {name: path.read_bytes() for name, path in wanted.items()}
    banks = actions.load_banks(content=content["banks.csv"], file="banks.csv", by=by, at=at)
    taken = actions.load_residents(
        people=content["people.csv"],
        households=content["households.csv"],
        people_file="people.csv",
        households_file="households.csv",
        by=by,
        at=at,
    )
    click.echo(
        f"银行新增 {banks} 家；户 {taken.households:,} 个；人员 {taken.people:,} 人，其中新增 {taken.new_people:,} 人、"
        f"更新 {taken.changed_people:,} 人。"
    )


@click.group()
def cards() -> None:
    """社保卡。"""


@cards.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help="以谁的名义导入（人社发卡岗位的用户名）")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="数据日期，不写就是今天")
def load_cards(file: Path, username: str, as_of: datetime | None) -> None:
    """装入人社的社保卡 CSV。同一份文件重复执行什么都不会改；新文件只记变化。"""
    boot.ready()
    from yikatong.core import clock

    from . import actions

    at = clock.now()
    load = actions.load_cards(
        content=file.read_bytes(),
        file=file.name,
        as_of=as_of.date() if as_of else at.date(),
        by=_actor(username),
        at=at,
    )
    click.echo(
        f"{load.row_count:,} 行：新卡 {load.new_count:,} 张，状态变化 {load.changed_count:,} 张，"
        f"持卡人还不在人员库里的 {load.unknown_count:,} 张。"
    )


COMMANDS = (county, cards)
