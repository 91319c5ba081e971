"""What holds for all companies: limits, switches, maintenance, announcements, load."""
