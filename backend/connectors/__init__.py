"""Connected services: what each hands over (`base`), and keeping the library equal to it (`sync`)."""
