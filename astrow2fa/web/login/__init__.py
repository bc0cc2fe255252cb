"""The browser that signs in and waits."""
