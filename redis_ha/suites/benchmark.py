"""Throughput of the provisioned master beside a Redis with the vendor's configuration."""
