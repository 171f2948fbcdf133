@_exported public import GroundworkCore
