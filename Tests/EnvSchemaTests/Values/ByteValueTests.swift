import EnvSchema
import FoundationEssentials
import GroundworkBase
import Testing

@Suite struct ByteValueTests {
    @Test(arguments: [
        ("10MB", 10_000_000), ("10MiB", 10_485_760), ("512", 512), ("512B", 512), ("1kB", 1000), ("1KB", 1000),
        ("1KiB", 1024), ("1.5GiB", 1_610_612_736),
        ("0", 0), ("2 GB", 2_000_000_000), ("1TiB", 1 << 40), ("1PB", 1_000_000_000_000_000), ("0.5KiB", 512),
    ])
    func sizesAreRead(text: String, bytes: Int64) { #expect(read(ByteSize.self, text)?.bytes == bytes) }

    @Test(arguments: [
        "", "MB", "-1", "10M", "10K", "10mb", "10mib", "10 ", "1.5B", "0.3KiB", "1..5MB", "1.MB", ".5MB", "10  MB",
        "99999999999999999999", "9999999PiB",
        "1e3", "10MBx", "٣MB", "0.000000000000000001PB", "999999999999999999.999999999999999999PiB",
    ])
    func otherTextsAreNoSize(text: String) { #expect(read(ByteSize.self, text) == nil) }

    @Test(arguments: ["10MiB", "10MB", "4097B", "0B", "1GiB", "3kB"])
    func sizesReadTheirOwnText(text: String) {
        let size = read(ByteSize.self, text)
        let own: String? = size?.envText
        #expect(own == text)
    }

    @Test func sizesKeepToTheirRangeInBytes() {
        #expect(refusal(ByteSize.self, "2KiB", limits { $0.maximum = 2000 }) == "it is more than 2000 bytes")
    }

    @Test func bytesAreDecoded() {
        #expect(read(Base64Bytes.self, "aGk=")?.bytes == Array("hi".utf8))
        #expect(read(Base64Bytes.self, "aGk")?.bytes == Array("hi".utf8))
        #expect(read(Base64URLBytes.self, "-_8")?.bytes == [0xFB, 0xFF])
        #expect(read(Base64URLBytes.self, "-_8=")?.bytes == [0xFB, 0xFF])
        #expect(read(HexBytes.self, "00fF")?.bytes == [0, 255])
    }

    @Test(arguments: ["a", "aGk==", "aG k=", "-_8", "aGl="])
    func malformedBase64IsRefused(text: String) { #expect(read(Base64Bytes.self, text) == nil) }

    @Test(arguments: ["0", "0g", "0x00", " 00"])
    func malformedHexIsRefused(text: String) { #expect(read(HexBytes.self, text) == nil) }

    @Test func theDecodedLengthCounts() {
        let key = limits { $0.minimumLength = 32 }
        #expect(read(Secret<HexBytes>.self, String(repeating: "ab", count: 32), key) != nil)
        #expect(
            refusal(HexBytes.self, String(repeating: "ab", count: 31), key) == "decoded, it is shorter than 32 bytes"
        )
    }

    @Test func uuidsAreRead() {
        let text = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
        #expect(read(UUID.self, text.uppercased())?.envText == text)
        for wrong in [
            "", "{\(text)}", "f81d4fae7dec11d0a76500a0c91e6bf6", text + "0", "g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        ] {
            #expect(read(UUID.self, wrong) == nil)
        }
    }

    @Test func daysAreRead() {
        #expect(read(CalendarDay.self, "2024-02-29")?.day == 29)
        #expect(read(CalendarDay.self, "2026-11-23")?.description == "2026-11-23")
        for wrong in [
            "2026-02-29", "2026-13-01", "20261123", "2026-11-2", "26-11-23", "2026-11-23Z", "0000-01-01", "2026/11/23",
        ] {
            #expect(read(CalendarDay.self, wrong) == nil)
        }
    }

    @Test func instantsNeedTheirOffset() {
        let noon = Date(timeIntervalSince1970: 1_795_435_200)
        #expect(read(Date.self, "2026-11-23T12:00:00Z") == noon)
        #expect(read(Date.self, "2026-11-23T13:00:00+01:00") == noon)
        #expect(read(Date.self, "2026-11-23T12:00:00.250Z")?.envText == "2026-11-23T12:00:00.250Z")
        for wrong in [
            "2026-11-23T12:00:00", "2026-11-23", "20261123T120000Z", "2026-11-23 12:00:00Z", "2026-11-23T25:00:00Z",
            "1795435200",
        ] {
            #expect(read(Date.self, wrong) == nil)
        }
    }
}
