"""Signs that somebody means no good, and what is kept out."""
