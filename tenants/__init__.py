"""Who the companies and their people are, and what they may do."""
