import GroundworkCrypto

extension S3Error {
    /// Makes an error of whatever went wrong in one attempt.
    init(_ failure: any Error, request: S3Request, provider: S3Provider) {
        let resource = request.resource(provider: provider)
        switch failure {
        case let error as S3Error:
            self = error
            operation = error.operation ?? request.operation
            self.resource = error.resource ?? resource
            if let status = error.httpStatus, status >= 500 || (status == 200 && error.isRetryable) {
                mayHaveHappened = true
            }
        case let error as HTTPTransportError:
            self.init(transport: error, endpoint: provider.endpoint)
            operation = request.operation
            self.resource = resource
        default:
            self.init(
                .localFailure,
                failure is CryptoError ? "The cryptographic library failed: \(failure)" : "\(failure)",
                operation: request.operation,
                resource: resource,
                underlyingError: failure
            )
        }
    }

    /// Makes an error of a failure below HTTP. Every S3 request may be sent again; those where that is not harmless look
    /// at ``mayHaveHappened``.
    private init(transport error: HTTPTransportError, endpoint: S3Endpoint) {
        let (code, remedy, retry): (Code, String, Bool) =
            switch error.code {
            case .nameResolutionFailed, .connectionFailed:
                (.unreachable, " Check the endpoint \(endpoint), the network and the proxy.", true)
            case .tlsFailed:
                (.tlsFailed, " Check the endpoint \(endpoint) and the certificate authority that is trusted.", false)
            case .timedOut: (.timedOut, "", true)
            case .connectionLost, .invalidResponse: (.connectionLost, "", true)
            case .outcomeUnknown: (.outcomeUnknown, "", true)
            case .bodyLengthMismatch: (.lengthMismatch, "", false)
            case .bodySourceFailed, .bodyAlreadyConsumed, .shutDown, .internalFailure: (.localFailure, "", false)
            case .responseTooLarge: (.unexpectedResponse, "", false)
            default: (.invalidArgument, "", false)
            }
        self.init(code, error.message + remedy, isRetryable: retry || error.isRetryable, underlyingError: error)
        mayHaveHappened = error.sent == .possibly || error.code == .outcomeUnknown
    }
}
