"""From "someone is talking" to "there is something to handle": dialogue, facts, triage, tickets, receipt."""
