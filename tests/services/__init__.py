"""The product's verbs, on a real database, with real keys."""
