import EnvSchema
import Testing

@Suite struct ListTests {
    @Test(arguments: [
        ("a,b", ["a", "b"]), (" a , b ", ["a", "b"]), ("", []), ("  ", []), ("a b", ["a b"]),
        ("\"a,b\",c", ["a,b", "c"]),
        ("\"say \"\"hi\"\"\" , x", ["say \"hi\"", "x"]), ("\"\"", [""]), ("\" a \"", [" a "]), ("[]", []), ("[ ]", []),
        ("[\"a\", \"b,c\"]", ["a", "b,c"]), ("[1, true, 2.5]", ["1", "true", "2.5"]),
        ("[\"\\u00e9\\ud83d\\ude00\"]", ["é😀"]),
        ("[[1,2],{\"a\":1}]", ["[1,2]", "{\"a\":1}"]), ("a\"b", ["a\"b"]),
    ])
    func listsAreRead(text: String, elements: [String]) { #expect(read([String].self, text) == elements) }

    @Test(arguments: [
        "a,,b", ",a", "a,", "\"a", "\"a\"b", "[", "[1", "[1,]", "[1 2]", "[1]x", "[\"a]", "[null]", "[01]", "[\"\\x\"]",
        "[\"\\ud800\"]", "[\"\u{1}\"]", "[{\"a\":1,\"a\":2}]", "[-]", "[1.]", "[tru]",
    ])
    func malformedListsAreRefused(text: String) { #expect(read([String].self, text) == nil) }

    @Test func elementsAreTyped() {
        #expect(read([Int].self, "1, 2,3") == [1, 2, 3])
        #expect(read([[Int]].self, "[[1,2],[3]]") == [[1, 2], [3]])
        #expect(refusal([Int].self, "1,x") == "element 2: it is not a whole number")
        #expect(refusal([Int].self, "1,9", limits { $0.maximum = 5 }) == "element 2: it is more than 5")
    }

    @Test func countsAreChecked() {
        let range = limits { ($0.minimumCount, $0.maximumCount) = (1, 2) }
        #expect(read([Int].self, "1,2", range) == [1, 2])
        #expect(refusal([Int].self, "1,2,3", range) == "it has more than 2 elements")
        #expect(refusal([Int].self, "", range) == "it has fewer than 1 element")
    }

    @Test func setsRefuseRepetition() {
        #expect(read(Set<Int>.self, "3,1,2") == [1, 2, 3])
        #expect(refusal(Set<Int>.self, "1,2,1") == "element 3 stands there twice")
        #expect(Set([3, 1, 2]).envText == "1,2,3")
    }

    @Test func hostileNestingIsRefused() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(refusal([String].self, deep)?.contains("nested deeper") == true)
    }

    @Test(arguments: [["a", "b"], ["a,b"], [" x "], ["\"q\""], ["[1]", "2"], [""], [], ["\"\u{301}", "a"]])
    func listsReadTheirOwnText(list: [String]) {
        let text: String? = list.envText
        #expect(text.flatMap { read([String].self, $0) } == list)
    }
}
