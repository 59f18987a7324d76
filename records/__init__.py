"""The memory: tables, write(batch), outbox, inbox, audit, access door, secrets, migrations."""
