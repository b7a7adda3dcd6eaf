"""A request may accept what the bank paid already, instead of paying."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0010_other_card"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="paymentrequest", name="request_kind_is_known"),
        migrations.AlterField(
            model_name="paymentrequest",
            name="kind",
            field=models.CharField(
                choices=[("first", "首次发放"), ("reissue", "重新发放"), ("accepted", "认作已发放")],
                max_length=8,
                verbose_name="种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("first", "reissue", "accepted"))), name="request_kind_is_known"
            ),
        ),
    ]
