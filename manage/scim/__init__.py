"""SCIM 2.0: the door through which a company's directory tells of its people (RFC 7643, 7644)."""
