"""Yanpiao 验票: rooms in one order, plumbing under them, values at the bottom."""
