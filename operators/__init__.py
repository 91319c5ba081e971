"""Who runs Laike: the platform's operators, what each may do, and what they did (catalogue O-03)."""
