"""What moves or changes before a façade and is no fall of a thrown thing, each as its physics has it."""
