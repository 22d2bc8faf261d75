"""What we teach: lessons as values, how they are loaded from files, and how they are found."""
