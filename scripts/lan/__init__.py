"""`make run-lan`: the product over HTTPS in the local network, so that a real phone can be the phone."""
