"""The Discord bot: what people see, what it does and what it remembers."""
