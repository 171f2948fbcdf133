import S3Compat

print(S3Client.self)
