"""Messages that visitors leave when nobody can answer, and the letters that follow."""
