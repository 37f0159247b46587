"""The only code that knows Jira: the connection, its two flavors, and what its JSON means."""
