"""``yikatong demo``: the fictional 青禾县, one payment run from end to end, then the site."""

import csv
import signal
import subprocess
import sys

import click

from .bank import BankProcess

SECONDS_TO_STOP = 10


@click.command()
@click.option("--no-serve", is_flag=True, help="只走一遍并打印资金平衡表，不打开网站；不平就以非零退出")
@click.option("--port", default=8000, show_default=True, help="网站端口")
def demo(no_serve: bool, port: int) -> None:
    """建好虚构的青禾县，完整发放一个批次，然后打开网站。按 Ctrl-C 全部停下。"""
    from . import stage

    click.echo("准备数据库、行政区划和人员……")
    with stage.built() as running:
        holds = _play(running)
        if not no_serve:
            _serve(port)
    if no_serve and not holds:
        sys.exit(1)


def _play(running: BankProcess) -> bool:
    from . import play, story

    play.play(list(story.steps(story.Plot(bank=running))), click.echo)
    return play.prove(click.echo)


def _serve(port: int) -> None:
    """Run web and worker until Ctrl-C; both are stopped by their own process."""
    site = [sys.executable, "-m", "yikatong.site", "serve", "--port", str(port)]
    worker = [sys.executable, "-m", "yikatong.site", "worker"]
    processes = [subprocess.Popen(command, start_new_session=True) for command in (site, worker)]
    _tell(port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        processes[0].wait()
    except KeyboardInterrupt:
        click.echo("\n正在停下……")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _tell(port: int) -> None:
    from yikatong.core.permissions import WORDS, Role

    from . import stage

    click.echo(f"\n网站：http://127.0.0.1:{port}    密码（所有演示人员相同）：{stage.password()}\n")
    with (stage.HERE / "officials.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            click.echo(f"  {row['username']:<18} {row['name']}  {row['agency_name']} {WORDS[Role(row['role'])]}")
    click.echo("\n按 Ctrl-C 全部停下。")


COMMANDS = (demo,)
