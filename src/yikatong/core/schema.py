"""Brings a database to the present: migrations, then functions, triggers and grants, then the step tables.

Functions and triggers are written so that running them again is harmless; they live in ``<room>/sql/install``.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from . import workflow
from .models import Official, RolePermission, WorkflowStep
from .permissions import PERMISSIONS

# The application may write these freely: they are work in progress, sign-in and queues, never facts.
OPEN_TABLES = ("core_taskrun", "django_session")
# The application may not even insert here: only the database's own functions and the owner do.
CLOSED_TABLES = (
    "core_appointment",
    "core_auditevent",
    "core_auditseal",
    "core_clockoffset",
    "core_decision",
    "core_emergencystop",
    "core_rolepermission",
    "core_stoplift",
    "core_workflowstep",
    "django_migrations",
)


def migrate() -> None:
    """Bring the database to the present, whatever its age: migrations, then ``install``. Runs as the owner."""
    call_command("migrate", interactive=False, verbosity=0)
    install()
    Official.objects.get_or_create(
        username="system", defaults={"name": "系统", "is_machine": True, "password": "!never"}
    )


def install() -> None:
    """Install functions, triggers, grants and step tables. Runs as the owner; each room in order of its floor."""
    with transaction.atomic(), connection.cursor() as cursor:
        for folder in _install_folders():
            for path in sorted(folder.glob("*.sql")):
                cursor.execute(path.read_text(encoding="utf-8"))
        _grant(cursor)
        _write_steps()
        for config in apps.get_app_configs():
            if write := getattr(config, "after_install", None):
                write()


def _install_folders() -> Iterable[Path]:
    for config in apps.get_app_configs():
        folder = Path(config.path) / "sql" / "install"
        if config.name.startswith("yikatong.") and folder.is_dir():
            yield folder


def _grant(cursor: Any) -> None:
    """Give the kernel its tables and functions, and the application only what it may do."""
    closed = {*CLOSED_TABLES, *_declared("CLOSED_TABLES")}
    opened = {*OPEN_TABLES, *_declared("OPEN_TABLES")}
    cursor.execute("GRANT USAGE ON SCHEMA public TO yikatong_app, yikatong_kernel")
    cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO yikatong_kernel")
    cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO yikatong_kernel")
    cursor.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM yikatong_app")
    cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO yikatong_app")
    for table, kind in ((one.name, one.type) for one in connection.introspection.get_table_list(cursor)):
        if kind == "p":
            continue  # a partition is reached through its table only
        rights = "SELECT, INSERT"
        if table in closed or kind == "v":
            rights = "SELECT"
        elif table in opened or table.startswith("procrastinate_"):
            rights = "SELECT, INSERT, UPDATE, DELETE"
        cursor.execute(f'GRANT {rights} ON "{table}" TO yikatong_app')
    cursor.execute("GRANT UPDATE (password, last_login) ON core_official TO yikatong_app")
    for config in apps.get_app_configs():
        for table, columns in getattr(config, "OPEN_COLUMNS", {}).items():
            cursor.execute(f'GRANT UPDATE ({", ".join(columns)}) ON "{table}" TO yikatong_app')
    cursor.execute(_OWN_FUNCTIONS)


def _declared(name: str) -> set[str]:
    return {table for config in apps.get_app_configs() for table in getattr(config, name, ())}


_OWN_FUNCTIONS = """
DO $$
DECLARE
    routine regprocedure;
BEGIN
    -- PostgreSQL asks that a new owner may create in the schema: the kernel may for this moment only.
    GRANT CREATE ON SCHEMA public TO yikatong_kernel;
    FOR routine IN
        SELECT p.oid::regprocedure FROM pg_proc AS p
        INNER JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE n.nspname = 'public' AND p.prosecdef AND p.proowner <> 'yikatong_kernel'::regrole
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO yikatong_kernel', routine);
    END LOOP;
    REVOKE CREATE ON SCHEMA public FROM yikatong_kernel;
END
$$
"""


def _write_steps() -> None:
    """Write the step tables and the roles' permissions, so that the database judges by the same rules as the code."""
    WorkflowStep.objects.all().delete()
    WorkflowStep.objects.bulk_create(
        WorkflowStep(
            flow=flow.name,
            verb=step.verb,
            subject_table=flow.table,
            sources=list(step.sources),
            target=step.target,
            permission=step.permission,
            duty=step.duty,
            own_agency=step.own_agency,
            reason_required=step.reason_required,
            guards=list(step.guards),
        )
        for flow in workflow.FLOWS.values()
        for step in flow.steps
    )
    RolePermission.objects.all().delete()
    RolePermission.objects.bulk_create(
        RolePermission(role=role, permission=permission)
        for role, given in PERMISSIONS.items()
        for permission in sorted(given)
    )
