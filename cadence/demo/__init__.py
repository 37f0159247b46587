"""The sample Jira: a whole site on loopback, for the demo, the tests and the benches."""
