"""Sentences that are true, on real rows with a cast of people."""
