"""The edge for programs: tickets in, results out. Keys instead of sessions, `application/problem+json` instead of pages."""
