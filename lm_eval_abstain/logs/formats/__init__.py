"""One module a format of logged samples."""
