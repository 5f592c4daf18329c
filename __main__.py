"""``python -m solidcell`` is the ``solidcell`` command."""

from .cli import main

if __name__ == "__main__":
    main()
