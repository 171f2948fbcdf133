// PGBackupTesting
