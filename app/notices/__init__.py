"""What people are told, what they are asked to do, and by which way."""
