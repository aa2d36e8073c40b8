"""`python -m rfcli` is `rf`."""

from rfcli.cli import main

if __name__ == "__main__":
    main()
