"""A number and a noun → both in words."""


def counted(number: int, noun: str) -> str:
    """“1 claim”, “2 claims”, “0 claims”; for nouns whose plural takes an s."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
