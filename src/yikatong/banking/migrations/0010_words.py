"""The word of the glossary in a label; nothing changes in the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0009_staging_without_keys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="break",
            name="owner",
            field=models.CharField(
                choices=[("bank", "代发机构"), ("finance", "财政"), ("department", "主管部门")],
                default="bank",
                max_length=12,
                verbose_name="责任方",
            ),
        ),
    ]
