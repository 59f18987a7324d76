"""Wiring: settings, composition, command line."""
