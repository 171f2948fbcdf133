@_exported public import GroundworkBase
@_exported public import GroundworkDotEnv
@_exported public import GroundworkEnvModel
@_exported public import GroundworkEnvSources
@_exported public import GroundworkEnvValues
