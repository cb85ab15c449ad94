"""Rendered configuration and provision scripts, brought to the nodes."""
