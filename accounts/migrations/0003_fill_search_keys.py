"""Names that stood before search keys existed get theirs."""

from typing import Any

from django.db import migrations

from core.search import search_key

NAMED = ("Person", "Institution", "InstitutionAlias", "Region")
CHUNK = 500


def fill(apps: Any, schema_editor: Any) -> None:
    for name in NAMED:
        model = apps.get_model("accounts", name)
        rows = []
        for row in model.objects.filter(search_key="").only("pk", "name").iterator(CHUNK):
            row.search_key = search_key(row.name)
            rows.append(row)
        model.objects.bulk_update(rows, ["search_key"], batch_size=CHUNK)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_people_and_trust")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
