from django.db import migrations


class Migration(migrations.Migration):
    """The row as written holds its numbers already: the fewer copies of personal data, the better."""

    dependencies = [
        ("rosters", "0001_initial"),
    ]

    operations = [
        migrations.RemoveField(model_name="rosterline", name="id_number_sealed"),
        migrations.RemoveField(model_name="rosterline", name="card_sealed"),
        migrations.RemoveField(model_name="rosterline", name="mobile_sealed"),
    ]
