"""The whole pipeline, typed: what the command line does, `import rfcli` does in as many lines."""
