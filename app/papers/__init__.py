"""What is taken out of the house: lists, reports and files, made in the background."""
