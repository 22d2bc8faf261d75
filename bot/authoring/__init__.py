"""The authors' room: lessons begun, looked at, brought in from other programs and handed out to them."""
