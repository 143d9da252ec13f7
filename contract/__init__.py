"""What edge and cloud both know, and nothing else: events, topics, receipts, evidence chain."""
