"""Bank files written and read as streams, ISO 20022 out and in. No Django, no clock, no database."""
