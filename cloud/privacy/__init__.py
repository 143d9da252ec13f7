"""What protects those who are seen: who may open an original, how long what is kept, and that it goes then."""
