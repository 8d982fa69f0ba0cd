"""What the command `stancebook` can do: a module for each group of commands, which parses, calls and prints, no more."""
