"""Live streams, in and out; knows nothing of who speaks."""
