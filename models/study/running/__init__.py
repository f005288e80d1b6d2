"""Photos measured in many processes, their records kept: what was finished is not done again."""
