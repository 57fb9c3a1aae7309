"""`python -m trainlet.cli` is `trainlet`."""

from trainlet.cli import main

main(prog_name="trainlet")
