"""What is proven: each suite returns a record; tasks print it, sessions and CI keep it."""
