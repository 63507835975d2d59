"""What a person should know about a submission, held against its release."""
