"""Originals: files kept by digest, who brought them, and what was read in them."""
