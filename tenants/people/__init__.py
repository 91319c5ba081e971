"""A company's people: members, departments, roles and seats."""
