"""Coding sheets: the codebook → a sheet that a student fills in → a coding, with every slip placed and cured.

| file | what it is |
|---|---|
| `form` | what a sheet asks: its columns, its choices, its rows |
| `workbook` | a form → .xlsx |
| `paper` | a form → a page to print, and by it a PDF; `paper.css` |
| `cells` | a filled .xlsx, .ods or .csv → its cells, whatever program saved it |
| `rows` | its cells → the rows that were filled in, whatever was sorted, moved or renamed |
| `answers` | the rows of filled sheets → codings, what was left out, what is wrong |
| `classes` | codings of students ↔ the folder of a class |

A form is made of codebook and bibliography alone, so no sheet can show how anybody coded.  It is not protected: a protected
sheet cannot be widened or sorted in some programs, and `answers` holds every row against the codebook anyway.
"""
