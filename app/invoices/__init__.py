"""Each invoice once per company: what is known of it, from where, and who holds it."""
