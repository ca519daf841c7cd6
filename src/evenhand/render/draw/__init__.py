"""Draw blocks as SVG: each kind of picture is a pure function of rounded values, a width and a language.

A picture is made of shapes with class names, never of colours: the style sheet beside this file says what each looks
like by day, by night and on paper. Every text in it is escaped, and it can ask for nothing from anywhere.
"""
