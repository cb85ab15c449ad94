"""Where everything in a picture goes: coordinates from records; templates draw them."""
