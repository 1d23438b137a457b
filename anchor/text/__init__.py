"""Language alone: letters, sentences and moods of a text."""
