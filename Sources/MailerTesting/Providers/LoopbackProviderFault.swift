/// Something that a loopback provider does wrong on purpose.
public struct LoopbackProviderFault: Sendable, Hashable {
    enum Base: Sendable, Hashable {
        case error(status: Int, name: String, message: String, retryAfter: String?)
        case errorAfterWork(status: Int)
        case html(status: Int)
        case errorInsideSuccess(name: String, message: String)
        case emptySuccess(status: Int)
        case truncatedAnswer
        case closeBeforeWork
        case closeAfterWork
        case hang
        case delay(Duration)
        case hugeAnswer(Int)
    }

    let base: Base

    /// Answers with an error of the provider's own form in place of doing the work.
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - name: Resend's name of the error; SendGrid's field.
    ///   - message: the words beside it.
    ///   - retryAfter: the value of `Retry-After`.
    public static func error(
        _ status: Int,
        name: String = "application_error",
        message: String = "Injected.",
        retryAfter: String? = nil
    ) -> Self {
        Self(base: .error(status: status, name: name, message: message, retryAfter: retryAfter))
    }

    /// Does the work, and answers with an error of the provider's own form all the same.
    public static func errorAfterWork(_ status: Int = 500) -> Self { Self(base: .errorAfterWork(status: status)) }

    /// Answers with an HTML page, as a proxy in between does, and does nothing.
    public static func html(_ status: Int) -> Self { Self(base: .html(status: status)) }

    /// Status 200 with an error as its body, and nothing is done.
    public static func errorInsideSuccess(name: String, message: String = "Injected.") -> Self {
        Self(base: .errorInsideSuccess(name: name, message: message))
    }

    /// A success without a body, and nothing is done.
    public static func emptySuccess(_ status: Int) -> Self { Self(base: .emptySuccess(status: status)) }

    /// Does the work, and breaks the answer off in the middle of its JSON.
    public static let truncatedAnswer = Self(base: .truncatedAnswer)

    /// Reads the request, does nothing, and closes the connection.
    public static let closeBeforeWork = Self(base: .closeBeforeWork)

    /// Reads the request, does the work, and closes the connection: the answer is lost.
    public static let closeAfterWork = Self(base: .closeAfterWork)

    /// Reads the request and never answers.
    public static let hang = Self(base: .hang)

    /// Does the work, and answers so much later; other requests are served meanwhile.
    public static func delay(_ duration: Duration) -> Self { Self(base: .delay(duration)) }

    /// Does the work, and answers with so many bytes.
    public static func hugeAnswer(_ count: Int) -> Self { Self(base: .hugeAnswer(count)) }
}
