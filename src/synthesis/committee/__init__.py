"""Committee: seats, ballots, tallies and decisions. Pure: knows no database and no file."""
