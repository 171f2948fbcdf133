import PGBackup

print(InMemoryObjectStore.self)
