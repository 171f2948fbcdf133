import FoundationEssentials
import GroundworkCore

/// A stream compressed into gzip members that follow each other: together they are an ordinary gzip file, and each can
/// be read alone.
///
/// The input is read ahead by a task of its own, members are compressed by several threads at once, and handed out in
/// order. At most `width + 2` members exist at a time, so memory is bounded by about twice that many times the size of
/// a member; a slow reader stops the input. Dropping the sequence, or cancelling who reads it, ends everything.
///
///     let members = GzipCompression(dump.chunks, level: 1)
///     for try await member in members { upload(member.bytes) }
///     members.statistics
package struct GzipCompression: AsyncSequence, Sendable {
    package typealias Element = GzipMember
    package typealias Failure = any Error

    /// Ends the work when nobody holds the sequence or its iterator any more.
    final class Owner: Sendable {
        let pipeline: GzipPipeline
        init(_ pipeline: GzipPipeline) { self.pipeline = pipeline }
        deinit { pipeline.cancel() }
    }

    let owner: Owner

    /// - Parameters:
    ///   - input: read by one task, on from the moment that the first member is asked for.
    ///   - level: 1 (fast) to 9 (small); 1 takes a third of the time of 6 for a few percent more bytes.
    ///   - width: how many members are compressed at once.
    ///   - memberSize: the most bytes of input in one member.
    package init<Input: AsyncSequence<GzipInput, any Error> & Sendable>(
        _ input: Input,
        level: Int = 1,
        width: Int = Self.defaultWidth,
        memberSize: Int = 4 << 20
    ) {
        let pipeline = GzipPipeline(
            level: level,
            width: Swift.max(1, width),
            memberSize: Swift.max(1, memberSize)
        ) { take in
            for try await chunk in input { try await take(chunk) }
        }
        owner = Owner(pipeline)
    }

    /// The number of processors that this process may use.
    package static var defaultWidth: Int { Swift.max(1, ProcessInfo.processInfo.activeProcessorCount) }

    /// What was handed out so far.
    package var statistics: GzipStatistics { owner.pipeline.statistics }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(owner: owner) }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let owner: Owner

        /// The next member; nil at the end.
        package mutating func next() async throws -> GzipMember? { try await owner.pipeline.next() }
    }
}
