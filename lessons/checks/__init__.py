"""What the exercises are held to: a file a lesson, ``check_NAME`` for the exercise NAME."""
