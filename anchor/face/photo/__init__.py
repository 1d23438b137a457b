"""A face out of one photo: ``anchor prepare`` makes a folder of it, the rig animates that (docs/photo.md)."""

FACE, LANDMARKS, MASK, CONSENT = "face.png", "landmarks.json", "mask.png", "consent.yaml"
"""the files of a prepared photo"""
