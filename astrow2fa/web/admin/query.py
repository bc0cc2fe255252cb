"""What a list of System is asked for, from the query of its address."""

from __future__ import annotations

from urllib.parse import parse_qs

from werkzeug.exceptions import BadRequest

MOST_FIELDS = 30
"""More than any of our forms has."""


def fields(query: str) -> dict[str, str]:
    """The last of each name, without NUL. Raises BadRequest when there are more than a form can have sent."""
    try:
        found = parse_qs(query, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise BadRequest from error
    return {name: values[-1].replace("\x00", "") for name, values in found.items()}
