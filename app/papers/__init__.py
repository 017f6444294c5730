"""What is made of invoices to be taken along: packs to print."""
