"""Triage: what a text says, how urgent it is, and why. Pure: text and rules in, an assessment out."""
