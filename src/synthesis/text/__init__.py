"""Text: language, ideas, near-duplicates and campaigns, urgent items."""
