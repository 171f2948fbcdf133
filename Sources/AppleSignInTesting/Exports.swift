@_exported public import AppleSignIn
@_exported public import GroundworkTesting
