"""Evidence files, named by what they hold."""
