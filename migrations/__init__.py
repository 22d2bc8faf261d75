"""How the database came to be: one Alembic revision a change, applied in order from any released state."""
