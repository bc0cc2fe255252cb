"""The rules alone: pure functions, no database, no clock."""
