// S3Compat
