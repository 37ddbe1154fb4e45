"""The command families, each imported when one of its commands is asked for."""
