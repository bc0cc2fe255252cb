"""The product's rules: pure functions and frozen values. Time, chance and stored facts come in as arguments."""
