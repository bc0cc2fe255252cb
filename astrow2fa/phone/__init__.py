"""A phone for the terminal, made of the published protocol alone (docs/protocol.md): for authors of apps and for tests.

`client.Phone` is the reusable part. Nothing here looks into the server.
"""
