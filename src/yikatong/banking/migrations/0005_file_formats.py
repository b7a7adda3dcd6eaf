from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0004_comparisons"),
    ]

    operations = [
        migrations.AddField(
            model_name="paymentprovider",
            name="format_code",
            field=models.CharField(default="iso20022", max_length=40, verbose_name="文件格式"),
        ),
        migrations.AddConstraint(
            model_name="paymentprovider",
            constraint=models.CheckConstraint(
                condition=models.Q(("format_code__regex", "^[a-z0-9][a-z0-9-]*$")), name="provider_format_is_a_code"
            ),
        ),
    ]
