@_exported public import LoopbackS3
