"""Banks with text files of their own: one TOML says everything about them (R9, S9). No Django, no clock, no database."""
