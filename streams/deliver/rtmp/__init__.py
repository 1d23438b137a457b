"""RTMP: the protocol, a client, a destination."""
