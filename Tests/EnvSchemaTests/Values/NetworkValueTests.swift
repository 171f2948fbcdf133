import EnvSchema
import Testing

@Suite struct NetworkValueTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::", "::"), ("::1", "::1"),
        ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("::ffff:192.0.2.128", "::ffff:192.0.2.128"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ])
    func addressesTakeTheirCanonicalText(text: String, canonical: String) {
        #expect(read(IPAddress.self, text)?.description == canonical)
        #expect(read(IPAddress.self, canonical)?.description == canonical)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.-4", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
        ":::", "12345::", "::g",
        "fe80::1%eth0", "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7:8::", ":1:2:3:4:5:6:7", "[::1]", "1.2.3.4/8", " 1.2.3.4",
        "::1:", "1:2:3:4:5:6:7:1.2.3.4",
        "١.1.1.1",
    ])
    func otherTextsAreNoAddress(text: String) { #expect(read(IPAddress.self, text) == nil) }

    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("0.0.0.0/0", "0.0.0.0/0"), ("192.0.2.7", "192.0.2.7/32"),
        ("2001:DB8::/32", "2001:db8::/32"), ("::/0", "::/0"),
        ("::1", "::1/128"), ("172.16.0.0/12", "172.16.0.0/12"),
    ])
    func blocksAreRead(text: String, canonical: String) {
        #expect(read(CIDRBlock.self, text)?.description == canonical)
    }

    @Test(arguments: [
        "10.0.0.1/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/8/8", "/8", "10.0.0.0/-1",
        "2001:db8::1/64",
    ])
    func malformedBlocksAreRefused(text: String) { #expect(read(CIDRBlock.self, text) == nil) }

    @Test func blocksKnowTheirAddresses() throws {
        let block = try #require(read(CIDRBlock.self, "172.16.0.0/12"))
        #expect(block.contains(try IPAddress(parsing: "172.31.255.255")))
        #expect(!block.contains(try IPAddress(parsing: "172.32.0.0")))
        #expect(!block.contains(try IPAddress(parsing: "::1")))
    }

    @Test(arguments: [
        ("db.example.com", "db.example.com"), ("DB", "db"), ("a-b.c1", "a-b.c1"), ("[::1]", "::1"), ("::1", "::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("3com.example", "3com.example"), ("postgres.railway.internal", "postgres.railway.internal"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ])
    func hostsAreRead(text: String, name: String) { #expect(read(HostName.self, text)?.name == name) }

    @Test(arguments: [
        "", "a_b", "-a", "a-", "a..b", ".a", "a.", "a b", "http://a", "a:80", "[1.2.3.4]", "[::1", "1.2.3", "a.1",
        "é.example", "a/b",
    ])
    func malformedHostsAreRefused(text: String) { #expect(read(HostName.self, text) == nil) }

    @Test func longNamesAreRefused() {
        #expect(read(HostName.self, String(repeating: "a", count: 64)) == nil)
        #expect(read(HostName.self, String(repeating: "a.", count: 127) + "a") == nil)
        #expect(read(HostName.self, String(repeating: "a", count: 63) + ".b") != nil)
    }

    @Test func anIPv6HostStandsInBracketsInAURL() { #expect(read(HostName.self, "::1")?.urlText == "[::1]") }

    @Test func hostsAreLimited() {
        let hosts = limits { $0.hosts = ["*.example.com"] }
        #expect(read(HostName.self, "a.EXAMPLE.com", hosts) != nil)
        #expect(read(HostName.self, "example.org", hosts) == nil)
    }

    @Test func portsAreFrom1To65535() {
        #expect(read(Port.self, "1")?.number == 1)
        #expect(read(Port.self, "65535")?.number == 65_535)
        for text in ["0", "65536", "-1", "http", "", "80 "] { #expect(read(Port.self, text) == nil) }
        #expect(refusal(Port.self, "80", limits { $0.minimum = 1024 }) == "it is less than 1024")
    }
}
