"""The product's verbs: each one unit of work, with a closed set of frozen results."""
