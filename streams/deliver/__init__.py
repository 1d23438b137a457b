"""Delivers coded packets to their destinations."""
