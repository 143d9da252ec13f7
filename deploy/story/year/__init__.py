"""A year of a district, written out: cases from every source, and people who are slow, wrong, honest or who polish."""
