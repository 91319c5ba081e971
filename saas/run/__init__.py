"""The development runner: `python -m saas.run` starts everything Laike consists of and stops it again."""
