/// The length of the parts of one upload, fixed before its first byte: Cloudflare R2 wants all parts but the last to
/// have one length.
struct PartPlan: Sendable, Hashable {
    /// The bytes of every part but the last.
    let partSize: Int64
    /// The most parts.
    let maximumCount: Int

    /// - Throws: ``S3Error`` with ``S3Error/Code/entityTooLarge`` for what the store cannot keep.
    init(length: ObjectBody.Length, options: S3TransferOptions, rules: S3Provider.PartRules) throws(S3Error) {
        maximumCount = rules.maximumCount
        let smallest = min(max(options.partSize, rules.minimumSize), rules.maximumSize)
        let expected: Int64
        switch length {
        case .known(let count):
            guard count <= rules.maximumObjectSize else {
                throw S3Error(
                    .entityTooLarge,
                    "The object has \(count) bytes; the store keeps at most \(rules.maximumObjectSize)."
                )
            }
            expected = count
        case .unknown(let estimate):
            // An estimate may be too low by half before the parts run out.
            let estimate = max(0, estimate ?? 0)
            expected = min(rules.maximumObjectSize, estimate > .max / 2 ? .max : estimate + estimate / 2)
        }
        let needed = expected / Int64(rules.maximumCount) + (expected % Int64(rules.maximumCount) == 0 ? 0 : 1)
        guard needed > smallest else {
            partSize = smallest
            return
        }
        let mebibyte: Int64 = 1 << 20
        let rounded = (needed + mebibyte - 1) / mebibyte * mebibyte
        guard needed <= rules.maximumSize else {
            throw S3Error(
                .entityTooLarge,
                "The object needs parts of \(needed) bytes; the store takes at most \(rules.maximumSize)."
            )
        }
        partSize = min(rounded, rules.maximumSize)
    }

    /// The most bytes that fit.
    var capacity: Int64 {
        let (product, overflow) = partSize.multipliedReportingOverflow(by: Int64(maximumCount))
        return overflow ? .max : product
    }

    func tooManyParts(key: String) -> S3Error {
        S3Error(
            .tooManyParts,
            "The object needs more than \(maximumCount) parts of \(partSize) bytes: it is longer than \(capacity) bytes. "
                + "Give a better estimate of its length, or longer parts (S3TransferOptions.partSize)."
        )
    }
}
