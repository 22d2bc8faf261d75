"""How answers become ratings: pure functions over plain values, with no clock and no I/O."""
