"""Pictures of the documentation, drawn from the code: `make pictures`."""
