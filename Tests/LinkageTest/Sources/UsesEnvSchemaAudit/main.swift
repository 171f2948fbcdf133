import EnvSchemaAudit

print(EnvAudit.self)
