"""One module a section of the report: answers in, blocks of findings out."""
