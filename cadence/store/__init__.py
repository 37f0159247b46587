"""The only code that knows SQL: the store, what Jira told, and what people filed."""
