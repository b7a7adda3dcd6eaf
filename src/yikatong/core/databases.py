"""Where the databases are, who may do what in them, and how they come to be.

Three roles: the owner migrates and owns every table; ``yikatong_kernel`` cannot log in and owns the SECURITY DEFINER
functions; ``yikatong_app`` is what web and worker log in as, and owns nothing.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from . import embedded
from .postmaster import APP as APP_ROLE
from .postmaster import OWNER as OWNER_ROLE
from .postmaster import DatabaseNotReady
from .state_folder import secret, state_folder

KERNEL_ROLE = "yikatong_kernel"
DATABASE = "yikatong"
VERSION_MIN = 15
DROP_TRIES = 10
BUILTIN_LOCALES_SINCE = 17

__all__ = ["APP_ROLE", "KERNEL_ROLE", "OWNER_ROLE", "DatabaseNotReady", "Databases", "prepare", "resolve"]


@dataclass(frozen=True)
class Databases:
    """Addresses of one database as its owner and as the application; ``state_dir`` only where it is embedded."""

    owner_url: str
    app_url: str
    state_dir: Path | None = None

    @property
    def owner(self) -> dict[str, Any]:
        """Django's settings of the connection that migrates."""
        return for_django(self.owner_url)

    @property
    def app(self) -> dict[str, Any]:
        """Django's settings of the connection of web and worker."""
        return for_django(self.app_url)

    @property
    def name(self) -> str:
        """The database's name."""
        return str(_parts(self.owner_url).get("dbname", ""))

    def named(self, name: str) -> "Databases":
        """The database ``name`` on the same server, with the same roles."""
        return Databases(_url(self.owner_url, dbname=name), _url(self.app_url, dbname=name), self.state_dir)


def resolve() -> Databases:
    """Where the databases are, from the environment; starts nothing and asks no server.

    ``DATABASE_OWNER_URL`` with ``DATABASE_URL``: as told. ``DATABASE_URL`` alone is the owner's, and the
    application's role gets a password of its own. Neither: the embedded server. Raises DatabaseNotReady.
    """
    owner, app = os.environ.get("DATABASE_OWNER_URL", ""), os.environ.get("DATABASE_URL", "")
    if owner and app:
        return Databases(_url(owner), _url(app))
    if owner:
        raise DatabaseNotReady(
            "设置了 DATABASE_OWNER_URL 却没有 DATABASE_URL；请同时设置应用角色的连接地址 DATABASE_URL。"
        )
    if app:
        return Databases(_url(app), _url(app, user=APP_ROLE, password=secret("yikatong_app")))
    cluster = embedded.cluster_at(state_folder())
    return Databases(cluster.owner_url(DATABASE), cluster.app_url(DATABASE), cluster.state_dir)


def prepare(databases: Databases) -> bool:
    """Start the embedded server if that is where they are, then make roles and database as far as missing.

    Returns whether the embedded server was started by this call. Raises DatabaseNotReady where the server cannot
    be reached, is too old, or would give the application's role more than it may have.
    """
    started_here = False
    if databases.state_dir:
        cluster = embedded.ensure_running(databases.state_dir)
        started_here = cluster.started_here
        _make_owner(cluster)
    with _maintenance(databases.owner_url) as connection:
        _check_version(connection)
        # Two processes may prepare at once; roles belong to the whole server, so all wait at the same place.
        connection.execute("SELECT pg_advisory_lock(hashtext('yikatong prepare'), 0)")
        try:
            _make_roles(connection, databases)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [databases.name]).fetchone():
                _create(connection, databases.name)
            _fence(databases)
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseNotReady(
                f"数据库的属主没有建立角色或数据库的权限（{str(error).strip()}）。请给它 CREATEDB 和 CREATEROLE，"
                f"或请管理员先建好角色 {KERNEL_ROLE}、{APP_ROLE} 和数据库 {databases.name}（见部署文档）。"
            ) from error
    return started_here


def clone_from_template(template: Databases, name: str) -> Databases:
    """Make the database ``name`` as a copy of ``template`` (nobody may be connected to it) and return its addresses."""
    copy = template.named(name)
    with _maintenance(template.owner_url) as connection:
        # Copied as files and not through the log, which takes twice as long where nobody waits for the disk.
        statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        connection.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template.name)))
    # A copy takes what is in the database along, but not what is granted on the database itself.
    _fence(copy)
    return copy


def drop(databases: Databases) -> None:
    """Remove the database with all that is in it; whoever is connected is thrown out."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(databases.name))
    for patience in range(DROP_TRIES, -1, -1):
        try:
            with _maintenance(databases.owner_url) as connection:
                connection.execute(statement)
            return
        except psycopg.errors.InsufficientPrivilege:
            # Autovacuum is looking in, and only a superuser may end it; it leaves by itself.
            if not patience:
                raise
            time.sleep(1)


def owned_by_kernel(*functions: str) -> str:
    """SQL for a migration: hand ``functions`` ('name(type, …)') to the kernel role, callable by the application alone.

    PostgreSQL asks that a new owner may create in the schema. The kernel may for this statement only, so that a
    function of its own never can.
    """
    hand_over = "".join(
        f"ALTER FUNCTION {function} OWNER TO {KERNEL_ROLE};\n"
        f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC;\n"
        f"GRANT EXECUTE ON FUNCTION {function} TO {APP_ROLE};\n"
        for function in functions
    )
    schema = f"CREATE ON SCHEMA public {{}} {KERNEL_ROLE};\n"
    return "GRANT " + schema.format("TO") + hand_over + "REVOKE " + schema.format("FROM")


def for_django(url: str) -> dict[str, Any]:
    """``url`` as an entry of Django's DATABASES."""
    parts = _parts(url)
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    told = {django: str(parts.pop(libpq, "") or "") for libpq, django in names.items()}
    return {"ENGINE": "django.db.backends.postgresql", **told, "OPTIONS": parts}


def _make_owner(cluster: embedded.Cluster) -> None:
    with _connected(cluster.superuser_url()) as connection:
        if not _role_exists(connection, OWNER_ROLE):
            connection.execute(f"CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB CREATEROLE")


def _make_roles(connection: psycopg.Connection[Any], databases: Databases) -> None:
    """The kernel's and the application's roles, and whoever the application logs in as if that is another role."""
    if not _role_exists(connection, KERNEL_ROLE):
        connection.execute(f"CREATE ROLE {KERNEL_ROLE} NOLOGIN")
    if not _role_exists(connection, APP_ROLE):
        connection.execute(f"CREATE ROLE {APP_ROLE} LOGIN NOCREATEDB NOCREATEROLE")
    # Since PostgreSQL 16 whoever creates a role may hand it on but not act as it: granting again is harmless.
    connection.execute(f"GRANT {KERNEL_ROLE} TO CURRENT_USER")
    app = _parts(databases.app_url)
    if app.get("user") == APP_ROLE and app.get("password") and not _lets_in(databases.named("postgres").app_url):
        password = sql.Literal(app["password"])
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(APP_ROLE), password))
    if app.get("user") != APP_ROLE and not _is_member(connection, sql.Literal(app.get("user")), APP_ROLE):
        # Migrations grant to yikatong_app; a login of another name gets the same by membership.
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP_ROLE), sql.Identifier(app["user"])))


def _create(connection: psycopg.Connection[Any], name: str) -> None:
    locale = "LOCALE 'C.UTF-8'"
    if connection.info.server_version // 10000 >= BUILTIN_LOCALES_SINCE:
        locale = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"
    statement = f"CREATE DATABASE {{}} TEMPLATE template0 ENCODING 'UTF8' {locale}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _fence(databases: Databases) -> None:
    """Leave the application's role nothing but the way in, and make sure of it."""
    app_user = str(_parts(databases.app_url).get("user", ""))
    with _connected(databases.owner_url) as connection:
        name = sql.Identifier(databases.name)
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(APP_ROLE)))
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        # Where PostgreSQL compiles statements, ours take seconds to compile and milliseconds to run.
        connection.execute(sql.SQL("ALTER DATABASE {} SET jit = off").format(name))
        # A plan made for ten rows must not be kept for a million, however often a function was called before.
        connection.execute(sql.SQL("ALTER DATABASE {} SET plan_cache_mode = force_custom_plan").format(name))
        too_much = connection.execute(
            """
            SELECT concat_ws('、',
                CASE WHEN rolsuper THEN 'SUPERUSER' END,
                CASE WHEN rolcreatedb THEN 'CREATEDB' END,
                CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
                CASE WHEN rolreplication THEN 'REPLICATION' END,
                CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
                CASE WHEN has_database_privilege(oid, current_database(), 'TEMP') THEN 'TEMP' END,
                CASE WHEN has_database_privilege(oid, current_database(), 'CREATE') THEN 'CREATE' END,
                CASE WHEN has_schema_privilege(oid, 'public', 'CREATE') THEN 'CREATE ON SCHEMA public' END,
                CASE WHEN pg_has_role(oid, current_user, 'MEMBER') THEN current_user::text END,
                CASE WHEN pg_has_role(oid, %s, 'MEMBER') THEN %s END)
            FROM pg_roles WHERE rolname = %s
            """,
            [KERNEL_ROLE, KERNEL_ROLE, app_user],
        ).fetchone()
        encoding = connection.execute("SHOW server_encoding").fetchone()
    if encoding != ("UTF8",):
        raise DatabaseNotReady(f"数据库 {databases.name} 的编码不是 UTF8；请用 ENCODING 'UTF8' 另建一个数据库。")
    if too_much != ("",):
        held = too_much[0] if too_much else "（没有这个角色）"
        raise DatabaseNotReady(
            f"应用角色 {app_user} 在数据库 {databases.name} 上的权限过大：{held}；"
            "请收回，或让 DATABASE_URL 用另一个角色。"
        )


def _check_version(connection: psycopg.Connection[Any]) -> None:
    version = connection.info.server_version // 10000
    if version < VERSION_MIN:
        raise DatabaseNotReady(f"PostgreSQL {version} 太旧；请换用 {VERSION_MIN} 或更新的版本。")


def _role_exists(connection: psycopg.Connection[Any], role: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def _is_member(connection: psycopg.Connection[Any], member: str | sql.Composable, role: str) -> bool:
    # By the membership's own rows: of a superuser pg_has_role would say yes without any.
    who = sql.SQL(member) if isinstance(member, str) else member
    found = connection.execute(
        sql.SQL(
            "SELECT 1 FROM pg_auth_members AS membership JOIN pg_roles AS held ON held.oid = membership.roleid "
            "JOIN pg_roles AS holder ON holder.oid = membership.member "
            "WHERE held.rolname = %s AND holder.rolname = {}"
        ).format(who),
        [role],
    )
    return found.fetchone() is not None


def _lets_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _connected(url: str) -> "psycopg.Connection[Any]":
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=30, application_name="yikatong prepare")
    except psycopg.Error as error:
        parts = _parts(url)
        where = f"{parts.get('host') or '本机'}:{parts.get('port') or 5432}/{parts.get('dbname', '')}"
        raise DatabaseNotReady(f"连不上数据库 {where}（用户 {parts.get('user')}）：{error}") from error


def _maintenance(url: str) -> "psycopg.Connection[Any]":
    """A connection beside the database itself, which may not exist yet or must not be in use."""
    return _connected(_url(url, dbname="postgres"))


def _parts(url: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError as error:
        raise DatabaseNotReady(
            "DATABASE_URL 或 DATABASE_OWNER_URL 不是连接地址；请写成 postgresql://用户:密码@主机:5432/数据库。"
        ) from error


def _url(url: str, **changes: str) -> str:
    parts = {name: str(value) for name, value in {**_parts(url), **changes}.items()}
    name = parts.pop("dbname", DATABASE)
    return f"postgresql:///{quote(name, safe='')}?{urlencode(parts, quote_via=quote)}"
