"""Recorded answers of real Jira sites, served again over HTTP, and what they hold by plain count."""
