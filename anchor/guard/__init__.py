"""What may be said and shown, decided from the text and the catalogue."""
