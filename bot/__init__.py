"""Chat channels: every chat framework stops here."""
