"""Coded packets to where the stream goes."""
