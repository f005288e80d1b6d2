"""What a student's file says of an exercise, in whatever form: read, taken apart, run."""
