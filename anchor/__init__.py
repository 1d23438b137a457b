"""Who speaks: the desk, the mind, the voice and the face of the anchor."""
