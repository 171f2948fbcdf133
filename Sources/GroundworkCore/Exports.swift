// Apart from Core so that parsers which need no more compile beside it.
@_exported public import GroundworkBase
