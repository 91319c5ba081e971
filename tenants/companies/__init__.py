"""A company, its place in the database, and what happens to it from its making to its erasure."""
