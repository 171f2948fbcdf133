@_exported public import EnvSchema
