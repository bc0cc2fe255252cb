"""The only SQLAlchemy: tables, one file of queries per family of rows, and the unit of work. Core, no ORM."""
