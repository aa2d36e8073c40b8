"""The kinds of pictures, one a file: what is drawn, as plain numbers; how it is drawn; and the function of both."""
