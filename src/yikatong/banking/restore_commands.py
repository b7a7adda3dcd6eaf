"""``yikatong restore``: after a database restore nothing is sent until every file the bank knows is reconciled."""

import click

from yikatong.core import boot


@click.group()
def restore() -> None:
    """数据库恢复以后的恢复模式：与银行逐份核清以前，什么都不发送。"""


@restore.command("enter")
@click.option("--reason", required=True, help="为什么恢复数据库，恢复到什么时候")
def enter(reason: str) -> None:
    """进入恢复模式。恢复数据库以后先执行这一条，再启动网站和后台任务。"""
    boot.ready()
    from yikatong.core import clock

    from . import restoring, tasks, words

    at = clock.now()
    restoring.enter(reason=reason, by=tasks.machine(at), at=at)
    click.echo(words.RESTORING)


@restore.command("status")
def status() -> None:
    """向每家银行问清它手里的全部文件，补登恢复以前已经发送的，列出还没有着落的。"""
    boot.ready()
    from yikatong.core import clock

    from . import examining, restoring, tasks, words

    at = clock.now()
    by = tasks.machine(at)
    found = restoring.notice(by=by, at=at)
    if found is None:
        click.echo(words.NOT_RESTORING)
        return
    entered = found.entered_at.astimezone(clock.SHANGHAI)
    # A database without any record says nothing later than the moment it was entered.
    until = (found.known_until or found.entered_at).astimezone(clock.SHANGHAI)
    click.echo(words.RESTORATION.format(at=entered, reason=found.reason.rstrip("。"), until=until))
    done = examining.examine(restoration=found, by=by, at=at)
    for sentence in [words.ADOPTED.format(message=one) for one in done.adopted] + done.trouble + restoring.missing():
        click.echo(sentence)


@restore.command("explain")
@click.argument("message_id")
@click.option("--note", required=True, help="为什么这份文件不用在这里")
@click.option("--by", "username", required=True, help="说明的人的用户名")
@click.password_option("--password", confirmation_prompt=False)
def explain(message_id: str, note: str, username: str, password: str) -> None:
    """说明银行知道的一份文件为什么不用在这里。"""
    boot.ready()
    from yikatong.core import clock
    from yikatong.core.authz import actor_for

    from . import restoring, words

    at = clock.now()
    official = _signed_in(username, password)
    restoring.explain(message_id=message_id, note=note, by=actor_for(official, at.date()), at=at)
    click.echo(words.FILE_EXPLAINED.format(message=message_id))


@restore.command("leave")
@click.option("--reason", required=True, help="怎样核清的")
@click.option("--first", required=True, help="第一个人的用户名")
@click.option("--second", required=True, help="第二个人的用户名")
@click.option("--first-password", prompt=True, hide_input=True)
@click.option("--second-password", prompt=True, hide_input=True)
def leave(reason: str, first: str, second: str, first_password: str, second_password: str) -> None:
    """两个人一起离开恢复模式；还有没核清的就不行。"""
    boot.ready()
    from yikatong.core import clock

    from . import restoring, words

    people = [_signed_in(first, first_password), _signed_in(second, second_password)]
    restoring.leave(first=people[0], second=people[1], reason=reason, at=clock.now())
    click.echo(words.RESTORED)


def _signed_in(username: str, password: str):  # type: ignore[no-untyped-def]
    """The official of that name and password. Both wrong look the same."""
    from yikatong.core.models import Official
    from yikatong.core.refusals import Refused

    from . import words

    official = Official.objects.filter(username=username, is_active=True, is_machine=False).first()
    if official is None or not official.check_password(password):
        raise Refused(words.NOT_SIGNED_IN.format(name=username))
    return official
