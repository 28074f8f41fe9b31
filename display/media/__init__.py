"""What a waiting room shows between calls: the files for its screens, the managers' page."""
