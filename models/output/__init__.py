"""How commands talk to people: consoles, progress of long work, the frame of pages and figures."""
