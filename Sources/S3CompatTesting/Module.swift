// S3CompatTesting
