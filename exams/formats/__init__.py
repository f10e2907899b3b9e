"""Items in and out of files (I2): each format reads bytes to entries with a report, and most write them."""
