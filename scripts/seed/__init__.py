"""`make seed`: a database with people and 90 days of sign-ins, to develop against."""
