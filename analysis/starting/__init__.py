"""A debate of one's own begins here: what a colleague says of it, or keeps in a sheet → a folder that passes `stancebook check`.

| file | what it is |
|---|---|
| `scales` | the scales that a debate can begin with, in words |
| `typed` | sources, questions and propositions as somebody types them → records |
| `folder` | all that is known → the files, with comments that teach by example and a README that says what to do next |
| `headings` | what a heading means, and which labels are of sources |
| `grids`, `lists` | a sheet with a cell, or a row, for each reading → what stands where |
| `values` | what stands in the cells → values of a scale, by a table that is shown |
| `sheet` | a file → a debate, with all that it could not hold |
"""
