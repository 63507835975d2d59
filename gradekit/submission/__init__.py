"""The student's side: checks, builds the PDF, and packs what is handed in."""
