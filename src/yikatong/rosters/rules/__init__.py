"""Pure rules of rosters: reading a file into rows, checking the rows against references. No Django, no database, no clock."""
