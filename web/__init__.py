"""HTTP edge: web chat and console (webhooks and the ticket API arrive with their own issues)."""
