"""Who has no card to be paid on is kept beside the payee cards. Comes filled and with its triggers."""

from pathlib import Path

from django.db import migrations

STATEMENTS = Path(__file__).resolve().parent.parent / "sql"


def _text(name: str) -> str:
    return (STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0003_card_figures"),
    ]

    operations = [
        migrations.RunSQL(_text("tables/unpayable"), "DROP TABLE registry_unpayable"),
        migrations.RunSQL(_text("install/022_payee_cards"), migrations.RunSQL.noop),
        migrations.RunSQL(_text("install/024_unpayable"), migrations.RunSQL.noop),
    ]
