"""The folder where this installation keeps what it made for itself: the embedded database and generated secrets."""

import os
import pwd
import secrets
import subprocess
import tempfile
from pathlib import Path

from .refusals import Refused

PROJECT = Path(__file__).resolve().parents[3]
ELSEWHERE = Path("/var/lib/yikatong")


class FolderNotReady(Refused):
    """The state folder cannot be used by whoever runs this."""

    code = "state_folder_not_ready"


def state_folder() -> Path:
    """The state folder, made if missing: ``YIKATONG_STATE``, else ``.yikatong`` of the project.

    Root's database runs as another user. Where that user cannot reach the project (a private home, say), the
    folder lies under /var/lib/yikatong and the link ``.yikatong/elsewhere`` of the project points at it.
    Raises FolderNotReady.
    """
    told = os.environ.get("YIKATONG_STATE")
    if told:
        return _opened(Path(told).expanduser().absolute())
    own = _opened((PROJECT if (PROJECT / "pyproject.toml").exists() else Path.home()) / ".yikatong")
    link = own / "elsewhere"
    if link.exists():
        return _opened(link.resolve())
    user = database_user(own)
    if user is None or reachable_by(user, own):
        return own
    ELSEWHERE.mkdir(mode=0o711, parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o711)
    folder = _opened(Path(tempfile.mkdtemp(prefix="state-", dir=ELSEWHERE)))
    link.unlink(missing_ok=True)
    link.symlink_to(folder)
    return folder


def database_user(folder: Path) -> pwd.struct_passwd | None:
    """Whom the embedded database in ``folder`` runs as when we are root; None: as ourselves.

    The owner of the data if there are any, else ``postgres``, else ``nobody``: no user is ever created.
    """
    if os.geteuid() != 0:
        return None
    data = folder / "postgres"
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    found = known.get("postgres") or known.get("nobody")
    if found is None:
        raise FolderNotReady("数据库不能以 root 身份运行，而本机没有 postgres 或 nobody 用户；请用普通用户运行。")
    return found


def reachable_by(user: pwd.struct_passwd, folder: Path) -> bool:
    """Whether ``user`` may enter ``folder``: asked of the system, since access lists and mounts count too."""
    ask = ["/usr/bin/test", "-x", str(folder)]
    asked = subprocess.run(ask, check=False, user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/")
    return asked.returncode == 0


def secret(name: str) -> str:
    """The secret ``name`` of this installation (43 characters, 256 bits), made at the first call, mode 0600."""
    folder = state_folder() / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    place = folder / name
    if not place.exists():
        handle, fresh = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link never replaces: of two processes that start at once, both read the first one's secret.
            os.link(fresh, place)
        except FileExistsError:
            pass
        finally:
            os.unlink(fresh)
    return place.read_text(encoding="ascii")


def _opened(folder: Path) -> Path:
    """Make ``folder`` enterable but not listable by others: the database's user must pass through it."""
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        if os.geteuid() in (0, folder.stat().st_uid):
            folder.chmod(0o711)
            return folder
    except OSError as error:
        raise FolderNotReady(
            f"不能使用文件夹 {folder}：{error.strerror}。请用环境变量 YIKATONG_STATE 另指一处。"
        ) from error
    owner = folder.stat().st_uid
    raise FolderNotReady(
        f"文件夹 {folder} 属于另一用户（编号 {owner}）；请以该用户运行，或用环境变量 YIKATONG_STATE 指向自己的文件夹。"
    )
