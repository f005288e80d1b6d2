"""Many students' files, judged in processes of their own."""
