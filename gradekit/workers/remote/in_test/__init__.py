"""The test's side of remote names: what stands here for a student's objects, and asks for them."""
