"""What a teacher needs beside the sheets: an exercise on the rules before the class codes, and a page that says how to run it.

| file | what it is |
|---|---|
| `traps` | a debate's `calibration.yml` → the exercise, held against the codebook |
| `exercise` | it as widgets for a notebook: first the try, then the rule |
| `paper` | it as a page to print, answers on a page of their own; `paper.css` |
| `handout.html` | one page for the teacher, as it is printed |
"""
