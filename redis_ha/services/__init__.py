"""Redis and Sentinel as seen from outside, over their own protocol."""
