"""What requests and answers look like: derived from configurations, or written down here."""
