import Mailer
import MailerTesting
import Testing

/// The kit's reader of encoded words, beside Python's.
@Suite struct EncodedWordsTests {
    private func read(_ value: String) throws -> String? {
        try ReceivedMail(parsing: Array("X-Test: \(value)\r\n\r\n".utf8)).header("X-Test")
    }

    /// RFC 2047, section 8: the examples, and how they are displayed.
    @Test(arguments: [
        ("(=?ISO-8859-1?Q?a?=)", "(a)"), ("(=?ISO-8859-1?Q?a?= b)", "(a b)"),
        ("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"), ("(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)"),
        ("(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)", "(ab)"), ("(=?ISO-8859-1?Q?a_b?=)", "(a b)"),
        ("(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"),
        ("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
        ("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>", "Keld Jørn Simonsen <keld@dkuug.dk>"),
        ("=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>", "André Pirard <PIRARD@vm1.ulg.ac.be>"),
        (
            "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
            "If you can read this you understand the example."
        ),
        ("=?ISO-8859-1?Q?Olle_J=E4rnefors?= <ojarnef@admin.kth.se>", "Olle Järnefors <ojarnef@admin.kth.se>"),
        ("=?ISO-8859-1?Q?Patrik_F=E4ltstr=F6m?= <paf@nada.kth.se>", "Patrik Fältström <paf@nada.kth.se>"),
        ("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"), ("=?utf-8?q?J=C3=B8rn?=", "Jørn"),
        ("=?UTF-8?B?w7g=?= x =?iso-8859-1?q?=A3?=", "ø x £"),
    ])
    func readsTheExamplesAsPythonDoes(value: String, text: String) async throws {
        #expect(try read(value) == text)
        let python = try await MailReaders.pythonEmail([Array("X-Test: \(value)\r\n\r\n".utf8)])
        // Inside parentheses it wants white space, as in the body of a field that has no comments.
        if value.utf8.first != 0x28 { #expect(python.first?.header("X-Test") == text) }
    }

    /// What it cannot read must not look as if it had.
    @Test(arguments: [
        "=?iso-8859-8?b?7eXs+SDv4SDo7Oj0?=", "=?ISO-8859-2?Q?=E9?=", "=?windows-1252?Q?=80?=", "=?US-ASCII?Q?=E9?=",
        "=?koi8-r?B?8A==?=", "=?utf-8?X?a?=", "=?utf-8?Q?=zz?=", "=?utf-8?Q?a", "=??Q?a?=",
    ])
    func leavesWordsOfOtherCharsetsAsTheyAre(value: String) throws {
        #expect(try read(value) == value)
        #expect(try read("=?iso-8859-1?Q?=E9?= \(value)") == "é \(value)")
    }
}
