"""The embedded server: it comes up, holds what it was told through a kill, and lets nobody have too much."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yikatong.core import databases, embedded, postmaster, state_folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[embedded.Cluster]:
    with embedded.throwaway() as cluster:
        yield cluster


@pytest.fixture
def prepared(cluster: embedded.Cluster) -> databases.Databases:
    here = databases.Databases(cluster.owner_url("proof"), cluster.app_url("proof"), cluster.state_dir)
    databases.prepare(here)
    return here


def noted_pid(cluster: embedded.Cluster) -> int:
    return int((cluster.state_dir / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])


def asked(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while time.monotonic() < until and Path(f"/proc/{pid}/cmdline").exists():
        if not Path(f"/proc/{pid}/cmdline").read_bytes():
            break  # gone, and waiting for its parent to notice


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("log_min_error_statement", "panic"),
    ],
)
def test_the_server_is_set_as_told(cluster: embedded.Cluster, setting: str, value: str) -> None:
    assert asked(cluster.superuser_url(), f"SELECT current_setting('{setting}')") == value


def test_a_second_start_leaves_the_server_alone(cluster: embedded.Cluster) -> None:
    before = noted_pid(cluster)
    again = embedded.ensure_running(cluster.state_dir)
    assert (again.started_here, noted_pid(cluster)) == (False, before)


def test_the_server_does_not_run_as_root_and_keeps_its_data_to_itself(cluster: embedded.Cluster) -> None:
    assert Path(f"/proc/{noted_pid(cluster)}").stat().st_uid != 0
    assert (cluster.state_dir / "postgres" / "data").stat().st_mode & 0o077 == 0
    assert (cluster.state_dir / "sockets").stat().st_mode & 0o077 == 0


def test_committed_rows_outlive_a_kill_of_the_server(prepared: databases.Databases, cluster: embedded.Cluster) -> None:
    with psycopg.connect(prepared.owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (fen bigint); INSERT INTO kept VALUES (12300)")
    kill(noted_pid(cluster))
    assert embedded.ensure_running(cluster.state_dir).started_here
    assert asked(prepared.owner_url, "SELECT fen FROM kept") == 12300


def test_a_dead_servers_number_taken_by_another_program_does_not_block(cluster: embedded.Cluster) -> None:
    kill(noted_pid(cluster))
    note = cluster.state_dir / "postgres" / "data" / "postmaster.pid"
    user = state_folder.database_user(cluster.state_dir)
    # PostgreSQL itself would stop at a living process of its own user under that number.
    other = subprocess.Popen(["/bin/sleep", "60"], user=user.pw_uid if user else None)
    try:
        note.write_text("\n".join([str(other.pid), *note.read_text().split("\n")[1:]]))
        assert embedded.ensure_running(cluster.state_dir).started_here
        assert asked(cluster.superuser_url(), "SELECT 1") == 1
    finally:
        other.kill()
        other.wait()


def test_a_stopped_server_starts_again_and_a_second_stop_is_harmless(cluster: embedded.Cluster) -> None:
    embedded.stop(cluster.state_dir)
    embedded.stop(cluster.state_dir)
    assert embedded.ensure_running(cluster.state_dir).started_here


def test_of_several_processes_starting_at_once_one_starts_the_server(cluster: embedded.Cluster) -> None:
    embedded.stop(cluster.state_dir)
    program = (
        "import sys, pathlib; from yikatong.core import embedded;"
        "print(embedded.ensure_running(pathlib.Path(sys.argv[1])).started_here)"
    )
    command = [sys.executable, "-c", program, str(cluster.state_dir)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(3)]
    assert sorted(start.communicate()[0].strip() for start in starts) == ["False", "False", "True"]


def test_a_deep_folder_gets_a_socket_path_that_the_kernel_takes() -> None:
    deep = embedded.cluster_at(Path("/srv") / "一卡通项目" / ("x" * 90))
    assert len(os.fsencode(deep.sockets)) + len("/.s.PGSQL.5432") <= embedded.SOCKET_PATH_MAX


def test_data_of_another_major_version_are_refused_with_a_remedy(cluster: embedded.Cluster) -> None:
    version = cluster.state_dir / "postgres" / "data" / "PG_VERSION"
    held = version.read_text()
    try:
        version.write_text("16\n")
        with pytest.raises(postmaster.DatabaseNotReady, match="pg_dumpall"):
            embedded.ensure_running(cluster.state_dir)
    finally:
        version.write_text(held)


def test_addresses_are_told_without_starting_anything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YIKATONG_STATE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    told = databases.resolve()
    assert told.owner["USER"] == databases.OWNER_ROLE
    assert told.app["USER"] == databases.APP_ROLE
    assert not (tmp_path / "postgres").exists()


def test_a_lone_database_url_is_the_owners_and_the_application_gets_its_own_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("YIKATONG_STATE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgres://me:p%40ss@db.example:5433/county?sslmode=require")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    told = databases.resolve()
    assert (told.owner["USER"], told.owner["PASSWORD"], told.owner["PORT"]) == ("me", "p@ss", "5433")
    assert (told.app["USER"], told.app["NAME"], told.app["HOST"]) == (databases.APP_ROLE, "county", "db.example")
    assert told.app["OPTIONS"] == {"sslmode": "require"}
    assert len(told.app["PASSWORD"]) == 43
    assert told.app["PASSWORD"] == databases.resolve().app["PASSWORD"]
    assert (tmp_path / "secrets" / "yikatong_app").stat().st_mode & 0o777 == 0o600


def test_a_database_url_that_is_none_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", "not an address")
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@/county")
    with pytest.raises(databases.DatabaseNotReady, match="不是连接地址"):
        databases.resolve()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "SET ROLE yikatong_kernel",
        "SET ROLE yikatong_owner",
        "SET SESSION AUTHORIZATION yikatong_owner",
    ],
)
def test_the_applications_role_may_do_nothing_by_itself(prepared: databases.Databases, statement: str) -> None:
    with psycopg.connect(prepared.app_url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_an_application_role_with_too_much_is_refused(prepared: databases.Databases, cluster: embedded.Cluster) -> None:
    with psycopg.connect(cluster.superuser_url(), autocommit=True) as connection:
        connection.execute("ALTER ROLE yikatong_app CREATEDB")
        try:
            with pytest.raises(databases.DatabaseNotReady, match="权限过大：CREATEDB"):
                databases.prepare(prepared)
        finally:
            connection.execute("ALTER ROLE yikatong_app NOCREATEDB")


def test_a_function_handed_to_the_kernel_writes_what_the_caller_may_not(prepared: databases.Databases) -> None:
    with psycopg.connect(prepared.owner_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS money CASCADE; CREATE TABLE money (fen bigint)")
        connection.execute("GRANT INSERT ON money TO yikatong_kernel; GRANT SELECT ON money TO yikatong_app")
        for _ in range(2):  # a later migration replaces the function, although it is the kernel's by then
            connection.execute(
                "CREATE OR REPLACE FUNCTION post(fen bigint) RETURNS void LANGUAGE sql SECURITY DEFINER "
                "SET search_path = public, pg_temp AS 'INSERT INTO money VALUES (fen)'"
            )
            connection.execute(databases.owned_by_kernel("post(bigint)"))
    with psycopg.connect(prepared.app_url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO money VALUES (1)")
        connection.execute("SELECT post(5)")
    assert asked(prepared.app_url, "SELECT sum(fen)::int FROM money") == 5
    assert asked(prepared.owner_url, "SELECT has_schema_privilege('yikatong_kernel', 'public', 'CREATE')") is False


def test_a_copy_is_as_closed_as_its_template(prepared: databases.Databases) -> None:
    copy = databases.clone_from_template(prepared, "proof_copy")
    try:
        with psycopg.connect(copy.app_url, autocommit=True) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TEMP TABLE mine (id int)")
    finally:
        databases.drop(copy)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(copy.owner_url)
