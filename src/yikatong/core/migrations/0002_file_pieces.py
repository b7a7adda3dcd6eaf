import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="storedfile",
            name="content",
            field=models.BinaryField(null=True),
        ),
        migrations.CreateModel(
            name="FilePiece",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "file_id", "piece_no", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("piece_no", models.IntegerField()),
                ("content", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pieces",
                        to="core.storedfile",
                    ),
                ),
            ],
            options={
                "ordering": ("file_id", "piece_no"),
            },
        ),
        migrations.AddConstraint(
            model_name="filepiece",
            constraint=models.CheckConstraint(
                condition=models.Q(("piece_no__gte", 0)), name="file_pieces_count_from_0"
            ),
        ),
        # What is encrypted cannot be compressed; it is not tried.
        migrations.RunSQL(
            "ALTER TABLE core_filepiece ALTER COLUMN content SET STORAGE EXTERNAL", migrations.RunSQL.noop
        ),
    ]
