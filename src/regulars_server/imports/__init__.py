"""Import in the browser: upload, look, map, import as a job."""
