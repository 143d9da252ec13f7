"""From broker to database: each event once, and a receipt when it is committed."""
