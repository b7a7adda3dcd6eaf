"""The wires to banks. A transport moves bytes and says what is certain about them; it decides nothing about money."""
