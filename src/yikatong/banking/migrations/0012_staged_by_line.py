"""Lines of a statement are taken as they come, each part by its line numbers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0011_void_files_that_count"),
    ]

    operations = [
        migrations.RunSQL(
            "DROP INDEX statement_row_by_report;"
            "CREATE INDEX statement_row_by_line ON banking_statementrow (report_id, line_no)",
            "DROP INDEX statement_row_by_line;"
            "CREATE INDEX statement_row_by_report ON banking_statementrow (report_id, statement_no)",
        ),
    ]
