"""The database itself: guarded moves, races, the log's chain, migrations, and what happens when it fails."""
