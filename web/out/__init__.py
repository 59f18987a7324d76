"""What leaves the house over HTTP: results to platforms, attachments fetched from hosts that are listed. Nothing else does."""
