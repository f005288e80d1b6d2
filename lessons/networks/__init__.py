"""The networks and sentences that the lessons explain."""
