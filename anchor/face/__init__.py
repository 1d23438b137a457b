"""Mouth shapes to pictures."""
