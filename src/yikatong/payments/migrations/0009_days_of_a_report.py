"""Of which of the bank's days a report speaks, so that the statements of other days are not held against it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0008_void_files_that_count"),
    ]

    operations = [
        migrations.AddField(model_name="appliedreport", name=f"{which}_booked_on", field=models.DateField(null=True))
        for which in ("first", "last")
    ]
