"""Questions put about an invoice, their answers with evidence, and the verdict."""
