"""The process that owns the clock, the picture, the sound and the delivery."""
