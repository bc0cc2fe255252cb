"""Waking phones: who may be spoken to, how each service is spoken to, and the queue that does it beside the rest."""
