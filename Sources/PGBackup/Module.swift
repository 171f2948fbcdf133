// PGBackup
