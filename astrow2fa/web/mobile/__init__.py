"""The phone that answers."""
