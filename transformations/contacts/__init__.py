"""Contacts: conversations, visits, authors, and the journey of a customer."""
