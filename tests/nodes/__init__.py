"""Several nodes with the real PostgreSQL, Redis and nginx: what holds across them, and while one of the parts fails."""
