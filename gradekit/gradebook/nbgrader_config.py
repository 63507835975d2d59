"""What nbgrader reads in an environment with the kit, before a course's own file.

It is installed below etc/jupyter/. It puts no step of the kit in place: that a course's own file
does. It only has nbgrader refuse what it would give away without the kit's steps.
"""

from gradekit.gradebook.config import guard

guard()
