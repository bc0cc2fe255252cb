"""What tests share: a house with a movable clock, robots that speak for a browser and a phone, a real server."""
