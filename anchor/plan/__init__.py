"""A persona and a command line to the settings of every process."""
