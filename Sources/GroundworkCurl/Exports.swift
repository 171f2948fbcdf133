@_exported public import GroundworkHTTP
