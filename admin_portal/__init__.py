"""The platform operator's portal."""
