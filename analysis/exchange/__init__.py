"""A debate → the files of other programs, and theirs → a debate; a file a format.

`dump(debate, coder)` gives the bytes of a file (or file name → bytes, for a folder) and the losses: what the format could not carry.
`load(raw)` gives what was read, a `Debate` or a tuple of sources, and the losses: what the file has and a debate cannot hold.
What comes in is hostile until checked (`intake`): ValueError with problem and cure, never a traceback.
Both directions say everything that they leave out, change or make up.
"""
