"""Scripts to step through in a debugger; `afternoon.md` goes along."""
