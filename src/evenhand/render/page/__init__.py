"""The web page of a report: one file that asks for nothing from anywhere, for screens, paper and screen readers.

The template and its style lie beside this file. They are ours; everything that is put into them is text, and text is
escaped: by the template engine as HTML, and before that by ``escape.line`` for what would turn or break a line.
"""
