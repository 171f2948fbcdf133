import FoundationEssentials
import GroundworkCore
import HTTPTypes

extension MailRateHint {
    /// What the header fields of an answer say: `RateLimit-*` (draft-ietf-httpapi-ratelimit-headers-06, Resend),
    /// `X-RateLimit-*` (SendGrid, where the reset is a Unix time) and `Retry-After` (RFC 9110, section 10.2.3) in seconds
    /// or as a date. Anything that is not understood counts as not said.
    init(_ fields: HTTPFields, now: Date) {
        self.init(
            limit: Self.number(fields, "ratelimit-limit") ?? Self.number(fields, "x-ratelimit-limit"),
            remaining: Self.number(fields, "ratelimit-remaining") ?? Self.number(fields, "x-ratelimit-remaining"),
            reset: (Self.number(fields, "ratelimit-reset") ?? Self.number(fields, "x-ratelimit-reset")).map {
                Self.duration($0, now: now)
            },
            retryAfter: Self.retryAfter(fields, now: now)
        )
    }

    /// Longer waits are cut to this.
    private static let longest = 7 * 24 * 60 * 60

    /// The number that a field begins with: `100, 100;w=60` is 100.
    private static func number(_ fields: HTTPFields, _ name: String) -> Int? {
        guard let name = HTTPField.Name(name), let value = fields[name] else { return nil }
        let digits = value.trimmingASCIIWhitespace().utf8.prefix { $0 != 0x2C && $0 != 0x3B && $0 != 0x2E }
        guard (1...15).contains(digits.count) else { return nil }
        return ASCIIText.decimal(String(decoding: Array(digits), as: UTF8.self), maximum: 1 << 50)
    }

    /// A number beyond a billion is a point in time, not a wait.
    private static func duration(_ number: Int, now: Date) -> Duration {
        guard number > 1_000_000_000 else { return .seconds(min(number, longest)) }
        let wait = Double(number) - now.timeIntervalSince1970
        return .seconds(min(max(wait, 0), Double(longest)))
    }

    private static func retryAfter(_ fields: HTTPFields, now: Date) -> Duration? {
        guard let value = fields[.retryAfter]?.trimmingASCIIWhitespace() else { return nil }
        if let date = UTCDateTime(httpDate: value)?.date {
            return .seconds(min(max(date.timeIntervalSince(now), 0), Double(longest)))
        }
        return number(fields, "retry-after").map { .seconds(min($0, longest)) }
    }
}
