"""Pages of those who look after the installation: System – Settings, Users, Roles, Licences."""
