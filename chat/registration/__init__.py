"""What visitors are asked about themselves."""
