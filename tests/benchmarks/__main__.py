"""Both benchmarks of the bot, in one run: clicks through the whole of it, and its start with a large library."""

from tests.benchmarks import clicks, start

if __name__ == "__main__":
    clicks.main()
    print()
    start.main()
