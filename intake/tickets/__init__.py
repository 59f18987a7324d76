"""Tickets of hotline platforms: read whatever shape they have, filed as cases, answered, imported in bulk.

    profile → reading → filing → answering

A ticket is never lost: what a field should not be is kept as it came, named (`flaws`), and looked at by a person.
"""
