"""`python -m drawgate` is the same program as `drawgate`."""

from drawgate.cli import main

if __name__ == "__main__":
    main()
