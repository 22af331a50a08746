"""What the contract tests and the journeys share: the server under test, its clients, its rules."""
