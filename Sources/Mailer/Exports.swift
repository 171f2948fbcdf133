@_exported public import GroundworkCore
@_exported public import GroundworkHTTP
