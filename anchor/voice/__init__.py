"""Text to sound with timed mouth shapes."""
