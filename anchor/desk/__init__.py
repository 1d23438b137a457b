"""What to say, when and to whom."""
