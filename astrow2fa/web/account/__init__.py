"""The signed-in user: home and My Info – Security."""
