"""What people see: commands, buttons and pages on Discord; no rating and no query is made here."""
