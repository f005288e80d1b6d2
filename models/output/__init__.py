"""How commands talk to people: progress of long work, the frame of a page."""
