"""The platform operator's portal.  Nothing is here yet."""
