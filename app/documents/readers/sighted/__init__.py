"""What eyes can read of paper: photos and scans, where signs are lost and lines are bent."""
