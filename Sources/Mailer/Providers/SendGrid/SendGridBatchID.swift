/// The id by which SendGrid calls off a scheduled mail.
enum SendGridBatchID {
    /// Whether it has the form of one.
    static func isOne(_ text: String) -> Bool {
        (10...128).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isAlphanumeric || $0 == 0x2D || $0 == 0x5F }
    }
}
