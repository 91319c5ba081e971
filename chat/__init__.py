"""Visitors, what they and the team say to each other, and who is there to say it."""
