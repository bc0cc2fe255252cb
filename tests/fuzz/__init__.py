"""Whatever a client writes: an answer that the protocol knows, never a 500, never a word of what went wrong inside."""
