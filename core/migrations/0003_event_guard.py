"""On PostgreSQL nobody changes an event, and only what lies behind the chain's beginning goes (core.chain.remove).

Where the portal's role owns its tables it could still take the trigger off; the seal then shows what was done. SQLite
has no such guard: it drops triggers whenever a later migration remakes the table, and whoever has the file has all.
"""

from typing import Any

from django.db import migrations

GUARD = """
CREATE FUNCTION core_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT 1 FROM core_eventlink l JOIN core_eventmark m ON m.name = 'start' AND l.position <= m.position
    WHERE l.event_number = OLD.id
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the record of events is append-only';
END
$$;
CREATE TRIGGER core_event_guard BEFORE UPDATE OR DELETE ON core_event
FOR EACH ROW EXECUTE FUNCTION core_event_guard();
"""
UNGUARD = "DROP TRIGGER core_event_guard ON core_event; DROP FUNCTION core_event_guard();"


def guard(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(GUARD)


def unguard(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(UNGUARD)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_chain")]

    operations = [migrations.RunPython(guard, unguard)]
