"""Companies, units, people, members, roles, sign-in and devices."""
