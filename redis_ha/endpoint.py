"""Addresses with ports, as URLs and configuration files have them."""


def bracketed(address: str) -> str:
    """Return an address as it stands before a port: one of IPv6 in brackets."""
    return f"[{address}]" if ":" in address else address


def endpoint(address: str, port: int | str) -> str:
    """Return where something listens."""
    return f"{bracketed(address)}:{port}"
