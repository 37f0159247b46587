"""The team's web pages: the reflection's form, the meeting's board, the gates, the reports."""
