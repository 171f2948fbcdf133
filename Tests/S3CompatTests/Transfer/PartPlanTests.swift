import GroundworkStorage
import GroundworkTesting
import Testing

@testable import S3Compat

@Suite struct PartPlanTests {
    private func plan(_ length: ObjectBody.Length, partSize: Int64 = 8 << 20) throws(S3Error) -> PartPlan {
        var options = S3TransferOptions()
        options.partSize = partSize
        return try PartPlan(length: length, options: options, rules: S3Provider.PartRules())
    }

    @Test func keepsTheOptionsLengthWhereItFits() throws {
        #expect(try plan(.known(1)).partSize == 8 << 20)
        #expect(try plan(.unknown(estimate: nil)).partSize == 8 << 20)
        #expect(try plan(.known(1), partSize: 1).partSize == 5 << 20)
    }

    @Test func growsThePartsSoThatTheObjectFits() throws {
        let mebibyte: Int64 = 1 << 20
        let counts: [Int64] = [8192 * mebibyte, 5 << 40, 80_000 * mebibyte, 80_000 * mebibyte + 1]
        for count in counts {
            let plan = try plan(.known(count))
            #expect(plan.capacity >= count)
            #expect(plan.partSize % mebibyte == 0)
        }
        #expect(try plan(.known((8 << 20) * 10_000)).partSize == 8 << 20)
        let half = try plan(.unknown(estimate: 1 << 40))
        #expect(half.capacity >= 3 << 39)
        let most = try plan(.unknown(estimate: .max))
        #expect(most.capacity >= 5 << 40)
    }

    @Test func refusesWhatTheStoreCannotKeep() {
        let error = #expect(throws: S3Error.self) { try plan(.known((5 << 40) + 1)) }
        #expect(error?.code == .entityTooLarge)
    }

    @Test func computesTheETagOfParts() throws {
        // Of the parts "a" and "b".
        let parts = ["0cc175b9c0f1b6a831c399e269772661", "92eb5ffee6ae2fec3ad71c777531578f"]
        #expect(try S3ETag.multipart(parts) == "96e024ba2074fe77e8e965ba43a704be-2")
        #expect(try S3ETag.multipart(["opaque"]) == nil)
        #expect(S3ETag.plain("W/\"x\"") == "x")
        #expect(S3ETag.quoted("x") == "\"x\"")
        #expect(S3ETag.quoted("*") == "*")
    }
}
