// S3CompatTests
