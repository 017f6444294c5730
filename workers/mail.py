"""Sending letters."""

from app.plumbing import mail
from workers.jobs import job


@job
def send_letter(letter_id: str) -> None:
    """Hand one letter to the mail server."""
    mail.send(letter_id)
