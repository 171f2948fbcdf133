// PGBackupTests
