"""Small charts in characters. Plain numbers in, lines of runs out; `ink` alone knows the terminal's styles."""
