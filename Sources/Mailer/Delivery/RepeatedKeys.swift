extension [OutgoingMail] {
    /// The places of those whose idempotency key an earlier one has.
    ///
    /// A key is the name of one mail, and providers know the request for several by another: both would be sent.
    var placesOfRepeatedKeys: [Int] {
        var seen: Set<IdempotencyKey> = []
        return indices.filter { !seen.insert(self[$0].idempotencyKey).inserted }
    }
}

extension MailError {
    /// An earlier mail of the batch has the same key.
    static var repeatedKey: MailError {
        MailError(
            .invalidMessage,
            "An earlier mail of the batch has the same idempotency key and counts as the same mail, so that this one was not "
                + "sent; send it once, or give it a key of its own."
        )
    }
}
