"""How commands talk to people: what a console shows, progress of long work, the frame of a page."""
